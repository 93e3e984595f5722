using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// An IPv4 address as text: four decimal numbers with points between. Nothing else: where some programs take <c>010</c> for eight and others for ten,
/// or <c>127.1</c> for 127.0.0.1, two programs may mean different machines by one text (RFC 6943, section 3.1.1).
/// </summary>
internal static class Ipv4Text
{
    public static string Format(uint bits) => InvariantText.Format($"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}");

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
            (bits, problem) = (0, Refuse(text, numbers == 1 ? "there is no point in it" : InvariantText.Format($"it has {numbers} numbers")));
        }

        return numbers == 4;
    }

    private static string? Problem(ReadOnlySpan<char> number, int place) => number switch
    {
        _ when place > 4 => "it has more than four numbers",
        [] => InvariantText.Format($"number {place} is missing"),
        _ when number.ContainsAnyExceptInRange('0', '9') => $"'{number}' is no decimal number",
        ['0', _, ..] => $"'{number}' begins with a zero, which some programs take for octal",
        { Length: > 3 } => $"{number} is over 255",
        _ when Value(number) > 255 => $"{number} is over 255",
        _ => null,
    };

    // At most three digits: it fits.
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
        $"'{Octets.Shorten(text.ToString(), 60)}' is no IPv4 address: {why}. Expected are four decimal numbers, 0 to 255, with points between: 192.0.2.1.";
}
