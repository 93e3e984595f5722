using NetworkingCourse.Display;

namespace NetworkingCourse.Packets;

/// <summary>A UDP header (RFC 768): two ports, a length and a checksum.</summary>
/// <param name="SourcePort">The sender's port.</param>
/// <param name="DestinationPort">The receiver's port.</param>
/// <param name="Length">The length of header and data in bytes.</param>
/// <param name="Checksum">The checksum, as in the header; 0 if none was computed.</param>
public sealed record UdpHeader(ushort SourcePort, ushort DestinationPort, ushort Length, ushort Checksum)
{
    internal const int HeaderLength = 8;

    /// <summary>Reads a header.</summary>
    /// <param name="reader">The reader, positioned at the beginning of the header.</param>
    /// <param name="bytes">All bytes of the packet.</param>
    /// <param name="ip">The IP header before it.</param>
    /// <param name="room">The number of bytes available for the datagram in the packet when it was sent.</param>
    /// <exception cref="TruncatedException">The bytes end inside the header.</exception>
    internal static UdpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip, int room)
    {
        var datagram = bytes[reader.Offset..reader.End];
        var (source, destination) = (reader.Number16("source port"), reader.Number16("destination port"));
        var header = new UdpHeader(source, destination, reader.Number16("length", _ => "header and data, in bytes"), 0);
        var length = header.LengthIn(ip, room) ?? room;
        var covered = datagram[..Math.Min(length, datagram.Length)];
        var checksum = reader.Number16("checksum", value => Checksums.Judge(ip, covered.Span, length, value), hex: true);
        return header with { Checksum = checksum };
    }

    /// <summary>The length of the datagram within its packet in bytes; null if the length field cannot be right.</summary>
    /// <param name="ip">The IP header before it.</param>
    /// <param name="room">The number of bytes available for the datagram in the packet.</param>
    internal int? LengthIn(IpHeader ip, int room) => Length switch
    {
        // A jumbogram's length does not fit into this field, which is then 0 (RFC 2675, section 4).
        0 when ip.Source.IsV6 => room,
        < HeaderLength => null,
        _ when Length > room => ip.HasMoreFragments ? room : null,
        _ => Length,
    };
}
