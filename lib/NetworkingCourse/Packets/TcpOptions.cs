using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>
/// The options of a TCP header, each with a kind, a length and a value (RFC 9293, section 3.2; RFC 7323 for window scale and
/// timestamps, RFC 2018 for selective acknowledgments). They are padded to a multiple of 4 bytes.
/// </summary>
internal static class TcpOptions
{
    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte MaximumSegmentSize = 2;
    private const byte WindowScale = 3;
    private const byte SelectivePermitted = 4;
    private const byte Selective = 5;
    private const byte Timestamps = 8;

    /// <returns>The options in words, without padding.</returns>
    /// <exception cref="TruncatedException">The bytes end inside the options; the view keeps those before.</exception>
    public static IReadOnlyList<string> Read(FieldReader reader, ReadOnlyMemory<byte> bytes, int length)
    {
        var (said, at, here) = (new List<string>(), reader.Offset, Math.Min(length, reader.Remaining));
        reader.Group("options", here, options =>
        {
            while (options.Remaining > 0)
            {
                ReadOne(options, bytes.Span[options.Offset..options.End], said);
            }

            return string.Join(", ", said);
        });
        return here == length ? said : throw new TruncatedException("options", at, length, here);
    }

    private static void ReadOne(FieldReader options, ReadOnlySpan<byte> left, List<string> said)
    {
        switch (left[0])
        {
            case End:
                options.Bytes("end of options", options.Remaining);
                return;
            case NoOperation:
                options.Number8("no operation", _ => "padding");
                return;
        }

        if (left.Length < 2 || left[1] < 2 || left[1] > left.Length)
        {
            options.Bytes("not understood", options.Remaining, meaning: "an option that is longer than the space left for it");
            return;
        }

        options.Group(NameOf(left[0]), left[1], option =>
        {
            var kind = option.Number8("kind");
            option.Number8("length");
            var value = ReadValue(kind, option);
            if (option.Remaining > 0)
            {
                option.Bytes("more", option.Remaining);
            }

            said.Add($"{NameOf(kind)} {value}".TrimEnd());
            return value;
        });
    }

    private static string ReadValue(byte kind, FieldReader option)
    {
        switch (kind, option.Remaining)
        {
            case (MaximumSegmentSize, 2):
                return InvariantText.Format($"{option.Number16("size", _ => "maximum number of data bytes in a segment")}");
            case (WindowScale, 1):
                return InvariantText.Format($"{option.Number8("shift", shift => InvariantText.Format(
                    $"the sender's windows count in units of {1L << Math.Min(shift, (byte)14)} bytes"))}");
            case (Timestamps, 8):
                return InvariantText.Format($"{option.Number32("value", _ => "the sender's clock")} echo {option.Number32(
                    "echo", _ => "the receiver's clock, as last seen")}");
            case (Selective, _):
                var blocks = new List<string>();
                while (option.Remaining >= 8)
                {
                    blocks.Add(InvariantText.Format($"{option.Number32("from")}–{option.Number32(
                        "to", _ => "received, although something before it is missing")}"));
                }

                return string.Join(' ', blocks);
            default:
                return "";
        }
    }

    private static string NameOf(byte kind) => kind switch
    {
        MaximumSegmentSize => "maximum segment size",
        WindowScale => "window scale",
        SelectivePermitted => "selective acknowledgments permitted",
        Selective => "selective acknowledgment",
        Timestamps => "timestamps",
        _ => InvariantText.Format($"option {kind}"),
    };
}
