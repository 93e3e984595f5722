using System.Globalization;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>Text that is the same on every desktop: numbers in the invariant culture, names of enumerations as words.</summary>
internal static class InvariantText
{
    /// <summary>An interpolated string in the invariant culture.</summary>
    public static string Format(FormattableString text) => FormattableString.Invariant(text);

    /// <summary><c>TimedOut</c> becomes <c>timed out</c>.</summary>
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

    /// <summary>A time with the unit that suits it: <c>250 µs</c>, <c>12.3 ms</c>, <c>3.01 s</c>.</summary>
    public static string Of(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.001 => Format($"{time.TotalMicroseconds:F0} µs"),
        < 0.1 => Format($"{time.TotalMilliseconds:F1} ms"),
        < 1 => Format($"{time.TotalMilliseconds:F0} ms"),
        _ => Format($"{time.TotalSeconds:F2} s"),
    };

    /// <summary>A ratio's distance from 1, in per cent and with its sign: <c>+2.1 %</c>.</summary>
    public static string Difference(double ratio) => (ratio - 1).ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);
}
