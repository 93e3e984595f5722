using System.Buffers.Binary;

namespace NetworkingCourse.Packets;

/// <summary>A UDP datagram (RFC 768): source and destination port, length, checksum and data.</summary>
/// <param name="SourcePort">The port of the sending program.</param>
/// <param name="DestinationPort">The port of the receiving program.</param>
/// <param name="Data">The data.</param>
internal readonly record struct UdpDatagram(ushort SourcePort, ushort DestinationPort, ReadOnlyMemory<byte> Data)
{
    private const int ChecksumAt = 6;

    public byte[] ToBytes(Address source, Address destination)
    {
        var bytes = new byte[UdpHeader.HeaderLength + Data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)bytes.Length);
        Data.Span.CopyTo(bytes.AsSpan(UdpHeader.HeaderLength));
        WriteChecksum(bytes, source, destination);
        return bytes;
    }

    /// <summary>Recomputes the checksum. It includes the pseudo-header, so it covers the addresses as well.</summary>
    public static void WriteChecksum(Span<byte> datagram, Address source, Address destination)
    {
        datagram.Slice(ChecksumAt, 2).Clear();
        var checksum = Checksum(datagram, source, destination);
        // 0 would mean that there is no checksum; in one's complement arithmetic, 0xFFFF is the same number.
        BinaryPrimitives.WriteUInt16BigEndian(datagram[ChecksumAt..], checksum == 0 ? (ushort)0xFFFF : checksum);
    }

    public static UdpDatagram? Read(Ipv4Packet packet)
    {
        var bytes = packet.Payload.Span;
        var isOne = bytes.Length >= UdpHeader.HeaderLength
            && BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) == bytes.Length
            && (BinaryPrimitives.ReadUInt16BigEndian(bytes[ChecksumAt..]) == 0
                || Checksum(bytes, packet.Header.Source, packet.Header.Destination) == 0);
        return isOne
            ? new UdpDatagram(
                BinaryPrimitives.ReadUInt16BigEndian(bytes),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
                packet.Payload[UdpHeader.HeaderLength..])
            : null;
    }

    private static ushort Checksum(ReadOnlySpan<byte> datagram, Address source, Address destination) =>
        InternetChecksum.Of(source, destination, IpProtocol.Udp, datagram);
}
