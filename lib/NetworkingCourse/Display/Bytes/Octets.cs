using System.Globalization;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>Formats bytes as text.</summary>
internal static class Octets
{
    /// <summary>The number of bytes that are not text after which an ellipsis stands for the rest.</summary>
    private const int MaxHex = 16;

    /// <summary>
    /// Formats bytes as two hexadecimal digits each, <c>48 54 54 50</c>, with an ellipsis after the maximum number.
    /// </summary>
    public static string Hex(ReadOnlySpan<byte> bytes, int maxBytes = int.MaxValue)
    {
        var text = new StringBuilder();
        foreach (var value in bytes[..Math.Min(maxBytes, bytes.Length)])
        {
            text.Append(text.Length > 0 ? " " : "").Append(value.ToString("x2", CultureInfo.InvariantCulture));
        }

        return bytes.Length > maxBytes ? text.Append(" …").ToString() : text.ToString();
    }

    /// <summary>
    /// Formats bytes as one character each, with a dot for anything but printable ASCII: the right column of a hexdump.
    /// </summary>
    public static string Dump(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        }

        return text.ToString();
    }

    /// <summary>
    /// Formats bytes like a C# string literal: <c>GET / HTTP/1.1\r\n</c>. Everything but printable ASCII is
    /// escaped, so that no byte stays hidden.
    /// </summary>
    public static string Quoted(ReadOnlySpan<byte> bytes, int maxBytes = int.MaxValue)
    {
        var text = new StringBuilder();
        foreach (var value in bytes[..Math.Min(maxBytes, bytes.Length)])
        {
            _ = value switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                >= 0x20 and < 0x7f => text.Append((char)value),
                _ => text.Append("\\x").Append(value.ToString("x2", CultureInfo.InvariantCulture)),
            };
        }

        return bytes.Length > maxBytes ? text.Append('…').ToString() : text.ToString();
    }

    /// <summary>
    /// Whether bytes can be shown as text: three of four are printable ASCII or white space, or they are so few that escapes do
    /// no harm.
    /// </summary>
    public static bool AreText(ReadOnlySpan<byte> bytes)
    {
        var readable = 0;
        foreach (var value in bytes)
        {
            readable += value is >= 0x20 and < 0x7f or (byte)'\r' or (byte)'\n' or (byte)'\t' ? 1 : 0;
        }

        return bytes.Length <= MaxHex || 4 * readable >= 3 * bytes.Length;
    }

    /// <summary>Formats text as <see cref="Quoted"/> does, and in quotation marks, and other bytes as numbers.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="maxBytes">The number of bytes after which an ellipsis stands for the rest of a text.</param>
    public static string TextOrHex(ReadOnlySpan<byte> bytes, int maxBytes) =>
        AreText(bytes) ? $"\"{Quoted(bytes, maxBytes)}\"" : Hex(bytes, Math.Min(maxBytes, MaxHex));

    /// <summary>Formats the bits of a field, with dots for the other bits of its bytes: <c>0100····</c>.</summary>
    public static string Bits(ReadOnlySpan<byte> bytes, BitRange range)
    {
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length * 8; i++)
        {
            text.Append(i > 0 && i % 8 == 0 ? " " : "")
                .Append(i < range.First || i >= range.First + range.Count ? '·'
                    : (bytes[i / 8] & (0x80 >> (i % 8))) != 0 ? '1'
                    : '0');
        }

        return text.ToString();
    }

    /// <summary>Formats a number of bytes: <c>1 byte</c>, <c>1,234 bytes</c>.</summary>
    public static string Count(long bytes) => InvariantText.Count(bytes, "byte");

    /// <summary>Truncates text to a maximum number of characters; truncated text ends with a note of its full length.</summary>
    public static string Shorten(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        // Does not split a surrogate pair.
        var cut = char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength;
        return InvariantText.Format($"{text[..cut]}… ({text.Length:N0} characters)");
    }
}
