using System.Globalization;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>Formats text independently of the user's culture: numbers in the invariant culture, enum members as words.</summary>
internal static class InvariantText
{
    /// <summary>Formats an interpolated string in the invariant culture.</summary>
    public static string Format(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Formats an enum member as words: <c>TimedOut</c> becomes <c>timed out</c>.</summary>
    public static string Of(Enum value)
    {
        var words = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && words.Length > 0)
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }

    /// <summary>Formats a time in a suitable unit: <c>250 µs</c>, <c>12.3 ms</c>, <c>3.01 s</c>.</summary>
    public static string Of(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.001 => Format($"{time.TotalMicroseconds:F0} µs"),
        < 0.1 => Format($"{time.TotalMilliseconds:F1} ms"),
        < 1 => Format($"{time.TotalMilliseconds:F0} ms"),
        _ => Format($"{time.TotalSeconds:F2} s"),
    };

    /// <summary>Formats how many there are of something: <c>1 byte</c>, <c>1,234 bytes</c>.</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">The noun for one of them, whose plural ends with an s.</param>
    public static string Count(long count, string noun) => Format($"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>The unit for a number that is written as text: <c>thread</c> for <c>1</c>, otherwise <c>threads</c>.</summary>
    /// <param name="number">The number.</param>
    /// <param name="unit">The unit in the plural, or a symbol such as <c>ms</c>, which has none.</param>
    public static string Unit(string number, string unit) => number != "1" || unit.Length < 3 || !unit.All(IsOfWord) ? unit
        : unit.EndsWith("ies", StringComparison.Ordinal) ? unit[..^3] + "y"
        : unit.EndsWith("sses", StringComparison.Ordinal) ? unit[..^2]
        : unit.EndsWith('s') ? unit[..^1]
        : unit;

    private static bool IsOfWord(char letter) => char.IsAsciiLetterLower(letter) || letter == ' ';

    /// <summary>Formats a ratio's difference from 1, in per cent and with its sign: <c>+2.1 %</c>.</summary>
    public static string Difference(double ratio) =>
        (ratio - 1).ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);
}
