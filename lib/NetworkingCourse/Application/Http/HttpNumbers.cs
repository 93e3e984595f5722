using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>Parses the two numbers that determine where a body ends.</summary>
internal static class HttpNumbers
{
    /// <summary>Parses the value of Content-Length: digits and nothing else (RFC 9110, section 8.6).</summary>
    public static int Length(string text, int at, HttpRules rules)
    {
        var digits = rules.LooseNumbers && text.StartsWith('+') ? text[1..] : text;
        if (digits.Length == 0 || digits.Any(digit => !char.IsAsciiDigit(digit)))
        {
            throw new HttpFormatException(
                "a Content-Length is digits and nothing else", at, System.Text.Encoding.Latin1.GetBytes(text));
        }

        return Value(digits, 10, rules.Limits.Body, "a body", rules, at);
    }

    /// <summary>Parses the size of a chunk: hexadecimal digits and optional extensions (RFC 9112, section 7.1).</summary>
    public static int ChunkSize(ReadOnlySpan<byte> line, int at, HttpRules rules, int room)
    {
        var semicolon = line.IndexOf((byte)';');
        var digits = System.Text.Encoding.Latin1.GetString(semicolon < 0 ? line : line[..semicolon]);
        if (rules.LooseNumbers)
        {
            digits = digits.Trim(' ', '\t').TrimStart('+');
            digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
        }
        else if (semicolon > 0)
        {
            digits = digits.TrimEnd(' ', '\t'); // white space before an extension is bad, but allowed (RFC 9112, section 7.1.1)
        }

        if (digits.Length == 0 || !digits.All(char.IsAsciiHexDigit) || HttpFields.HasControl(line))
        {
            throw new HttpFormatException("a chunk size is hexadecimal digits and nothing else", at, line);
        }

        if (semicolon > 0 && !rules.LooseNumbers && !HttpChunkExtensions.AreValid(line[semicolon..]))
        {
            throw new HttpFormatException("a chunk extension is a name, or a name = a value", at + semicolon, line[semicolon..]);
        }

        return Value(digits, 16, room, "a body", rules, at);
    }

    private static int Value(string digits, int radix, int max, string what, HttpRules rules, int at)
    {
        var value = 0L;
        foreach (var digit in digits)
        {
            value = value * radix + Convert.ToInt32(digit.ToString(), 16);
            if (value > max)
            {
                var reason = InvariantText.Format($"{what} of more than {rules.Limits.Body:N0} bytes");
                throw new HttpFormatException(reason, at, System.Text.Encoding.Latin1.GetBytes(digits)) { Status = 413 };
            }
        }

        return (int)value;
    }
}
