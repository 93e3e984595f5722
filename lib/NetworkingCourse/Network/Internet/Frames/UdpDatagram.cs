using System.Buffers.Binary;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>A UDP datagram (RFC 768): source and destination port, length, checksum and data.</summary>
/// <param name="SourcePort">The port of the sending program.</param>
/// <param name="DestinationPort">The port of the receiving program.</param>
/// <param name="Data">The data.</param>
internal readonly record struct UdpDatagram(ushort SourcePort, ushort DestinationPort, ReadOnlyMemory<byte> Data)
{
    public const int HeaderLength = 8;

    private const int ChecksumAt = 6;

    public byte[] ToBytes(Address source, Address destination)
    {
        var bytes = new byte[HeaderLength + Data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)bytes.Length);
        Data.Span.CopyTo(bytes.AsSpan(HeaderLength));
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
        var isOne = bytes.Length >= HeaderLength
            && BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) == bytes.Length
            && (BinaryPrimitives.ReadUInt16BigEndian(bytes[ChecksumAt..]) == 0
                || Checksum(bytes, packet.Header.Source, packet.Header.Destination) == 0);
        return isOne
            ? new UdpDatagram(
                BinaryPrimitives.ReadUInt16BigEndian(bytes),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
                packet.Payload[HeaderLength..])
            : null;
    }

    private static ushort Checksum(ReadOnlySpan<byte> datagram, Address source, Address destination)
    {
        Span<byte> all = datagram.Length <= 1500 ? stackalloc byte[12 + datagram.Length] : new byte[12 + datagram.Length];
        source.WriteTo(all);
        destination.WriteTo(all[4..]);
        (all[8], all[9]) = (0, (byte)IpProtocol.Udp);
        BinaryPrimitives.WriteUInt16BigEndian(all[10..], (ushort)datagram.Length);
        datagram.CopyTo(all[12..]);
        return InternetChecksum.Of(all);
    }
}
