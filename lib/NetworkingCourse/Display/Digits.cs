using System.Globalization;
using System.Numerics;

namespace NetworkingCourse.Display;

/// <summary>
/// Parses numbers in untrusted text. .NET's own methods ignore NUL characters at the end of a number, so that two
/// different texts would mean the same number.
/// </summary>
internal static class Digits
{
    /// <summary>Parses a number.</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The number; 0 if the text is not one.</param>
    /// <param name="style">What is allowed besides decimal digits; nothing by default.</param>
    /// <returns>True if the whole text is a number that its type can hold.</returns>
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T number, NumberStyles style = NumberStyles.None)
        where T : struct, INumberBase<T>
    {
        number = default;
        return !text.Contains('\0') && T.TryParse(text, style, CultureInfo.InvariantCulture, out number);
    }
}
