using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>IP packets as byte views, which show every header field and the meaning of its value.</summary>
public static class IpView
{
    /// <summary>
    /// Parses a packet of either version. If it is truncated or malformed, shows as much of it as can be read.
    /// </summary>
    /// <param name="packet">The packet, from the first byte of its IP header on.</param>
    public static ByteView Of(ReadOnlyMemory<byte> packet)
    {
        var sections = new SectionReader(packet);
        string? note = null;
        try
        {
            var version = IpHeader.VersionAt(packet, 0);
            ReadPayload(sections, packet.Length, version is 4 or 6
                ? IpHeader.Read(sections, packet, version, packet.Length)
                : throw new FormatException(InvariantText.Format($"The version is {version}: neither 4 nor 6.")));
        }
        catch (FormatException exception)
        {
            note = exception.Message;
        }

        return new ByteView(packet, sections.Sections, note);
    }

    private static void ReadPayload(SectionReader sections, int length, IpHeader header)
    {
        var end = Math.Clamp(header.Length, sections.Offset, length);
        if (end > sections.Offset)
        {
            sections.Read(
                "payload",
                Layer.Transport,
                end,
                reader => reader.Bytes("payload", reader.Remaining, meaning: IpProtocols.NameOf(header.Protocol)));
        }

        if (header.Length > length)
        {
            throw new FormatException(InvariantText.Format(
                $"The packet should have {header.Length:N0} bytes, but only {length:N0} are available."));
        }
    }
}
