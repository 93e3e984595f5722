using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>
/// Summarizes bytes in a few words, for the label of an arrow: the first line of text, the TLS records, or the number of bytes.
/// </summary>
internal static class PayloadSummary
{
    private const int MaxLineLength = 60;
    private const int RecordHeader = 5; // RFC 8446, section 5.1: type, version, length
    private const byte ApplicationData = 23;

    public static string Of(in StreamEvent passage) => passage.Kind switch
    {
        StreamEventKind.Bytes => Of(passage.Bytes.Span, passage.Length),
        StreamEventKind.Ended => "FIN",
        StreamEventKind.Broken => passage.Detail.Length > 0 ? passage.Detail : "reset",
        StreamEventKind.Granted => "connected",
        _ => "connect",
    };

    public static string Of(ReadOnlySpan<byte> bytes, int length)
    {
        if (Records(bytes) is { Count: > 0 } records)
        {
            var kinds = records
                .CountBy(type => type)
                .Select(type => NameOf(type.Key) + (type.Value > 1 ? InvariantText.Format($" ×{type.Value}") : ""));
            return $"TLS {string.Join(", ", kinds)} · {Octets.Count(length)}";
        }

        return FirstLine(bytes) is { Length: > 0 } line ? $"{line} · {Octets.Count(length)}" : Octets.Count(length);
    }

    /// <summary>Tells whether these are TLS records with encrypted content.</summary>
    public static bool IsEncrypted(ReadOnlySpan<byte> bytes) =>
        Records(bytes) is { Count: > 0 } records && records.Contains(ApplicationData);

    private static List<byte> Records(ReadOnlySpan<byte> bytes)
    {
        var types = new List<byte>();
        while (bytes.Length >= RecordHeader && bytes[0] is >= 20 and <= ApplicationData && bytes[1] == 3 && bytes[2] <= 4)
        {
            types.Add(bytes[0]);
            bytes = bytes[Math.Min(bytes.Length, RecordHeader + (bytes[3] << 8) + bytes[4])..];
        }

        return types;
    }

    private static string NameOf(byte type) => type switch
    {
        20 => "change cipher spec",
        21 => "alert",
        22 => "handshake",
        _ => "application data",
    };

    private static string FirstLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? bytes : bytes[..end];
        line = line[..Math.Min(line.Length, MaxLineLength)];
        return line.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0 ? Octets.Dump(line) : "";
    }
}
