using System.Text;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>
/// Converts positions in a text. The protocol counts Unicode code points (since 5.2), and .NET counts UTF-16 code units: an emoji
/// is one of the former and two of the latter.
/// </summary>
internal static class CodePoints
{
    /// <summary>Converts a number of code points to UTF-16 code units, limited to the length of the text.</summary>
    public static int ToUnits(string text, int codePoints)
    {
        var units = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (codePoints-- <= 0)
            {
                break;
            }

            units += rune.Utf16SequenceLength;
        }

        return units;
    }

    /// <summary>The number of code points before a position in UTF-16 code units.</summary>
    public static int FromUnits(string text, int units)
    {
        var codePoints = 0;
        var at = 0;
        while (at < units)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out _, out var length);
            at += Math.Max(1, length);
            codePoints++;
        }

        return codePoints;
    }
}
