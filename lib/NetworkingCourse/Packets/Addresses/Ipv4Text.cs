using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The text form of an IPv4 address: four decimal numbers separated by dots, and nothing else. Some programs also accept other
/// forms, but read <c>010</c> as eight or as ten, or <c>127.1</c> as 127.0.0.1: then two programs can take the same text for
/// different hosts (RFC 6943, section 3.1.1).
/// </summary>
internal static class Ipv4Text
{
    public static string Format(uint bits) =>
        InvariantText.Format($"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}");

    public static bool TryParse(ReadOnlySpan<char> text, out uint bits, out string problem)
    {
        (bits, problem) = (0, "");
        var numbers = 0;
        foreach (var range in text.Split('.'))
        {
            if (Problem(text[range], ++numbers) is { } found)
            {
                (bits, problem) = (0, Refuse(text, found));
                return false;
            }

            bits = (bits << 8) | Value(text[range]);
        }

        if (numbers != 4)
        {
            (bits, problem) = (0, Refuse(text, numbers == 1
                ? "it has no dot"
                : InvariantText.Format($"it has {numbers} numbers")));
        }

        return numbers == 4;
    }

    private static string? Problem(ReadOnlySpan<char> number, int place) => number switch
    {
        _ when place > 4 => "it has more than four numbers",
        [] => InvariantText.Format($"number {place} is missing"),
        _ when number.ContainsAnyExceptInRange('0', '9') => $"'{number}' is not a decimal number",
        ['0', _, ..] => $"'{number}' begins with a zero, which some programs read as octal",
        { Length: > 3 } => $"{number} is over 255",
        _ when Value(number) > 255 => $"{number} is over 255",
        _ => null,
    };

    // There are at most three digits, so the value fits.
    private static uint Value(ReadOnlySpan<char> digits)
    {
        var value = 0u;
        foreach (var digit in digits)
        {
            value = value * 10 + (uint)(digit - '0');
        }

        return value;
    }

    private static string Refuse(ReadOnlySpan<char> text, string why) =>
        $"'{Octets.Shorten(text.ToString(), 60)}' is not an IPv4 address: {why}. "
        + "Expected four decimal numbers from 0 to 255, separated by dots: 192.0.2.1.";
}
