using System.Globalization;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>Bytes as people write them.</summary>
internal static class Octets
{
    /// <summary>Two hexadecimal digits each: <c>48 54 54 50</c>. More than there is room for are shortened.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes, int most = int.MaxValue)
    {
        var text = new StringBuilder();
        foreach (var value in bytes[..Math.Min(most, bytes.Length)])
        {
            text.Append(text.Length > 0 ? " " : "").Append(value.ToString("x2", CultureInfo.InvariantCulture));
        }

        return bytes.Length > most ? text.Append(" …").ToString() : text.ToString();
    }

    /// <summary>One character a byte, a point for what is not printable ASCII: the right column of a hexdump.</summary>
    public static string Dump(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        }

        return text.ToString();
    }

    /// <summary>As a C# string would be written: <c>GET / HTTP/1.1\r\n</c>. What is not printable ASCII is escaped, so that nothing hides.</summary>
    public static string Quoted(ReadOnlySpan<byte> bytes, int most = int.MaxValue)
    {
        var text = new StringBuilder();
        foreach (var value in bytes[..Math.Min(most, bytes.Length)])
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

        return bytes.Length > most ? text.Append('…').ToString() : text.ToString();
    }

    /// <summary>The bits of a field, the others as points: <c>0100····</c>.</summary>
    public static string Bits(ReadOnlySpan<byte> bytes, BitRange range)
    {
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length * 8; i++)
        {
            text.Append(i > 0 && i % 8 == 0 ? " " : "")
                .Append(i < range.First || i >= range.First + range.Count ? '·' : (bytes[i / 8] & (0x80 >> (i % 8))) != 0 ? '1' : '0');
        }

        return text.ToString();
    }

    /// <summary><c>1 byte</c>, <c>1,234 bytes</c>.</summary>
    public static string Count(long bytes) => bytes == 1 ? "1 byte" : InvariantText.Format($"{bytes:N0} bytes");

    /// <summary>Text of no more than this many characters; longer text loses its end, and says so.</summary>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        // Not between the halves of a surrogate pair.
        var cut = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return InvariantText.Format($"{text[..cut]}… ({text.Length:N0} characters)");
    }
}
