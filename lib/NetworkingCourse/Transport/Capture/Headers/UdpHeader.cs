using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse.Transport;

/// <summary>A UDP header (RFC 768): ports, a length and a checksum, and that is all.</summary>
/// <param name="SourcePort">The sender's port.</param>
/// <param name="DestinationPort">The receiver's port.</param>
/// <param name="Length">How many bytes header and data have.</param>
/// <param name="Checksum">The checksum as it stands in the header; 0 if none was computed.</param>
public sealed record UdpHeader(ushort SourcePort, ushort DestinationPort, ushort Length, ushort Checksum)
{
    internal const int HeaderLength = 8;

    /// <summary>Reads a header.</summary>
    /// <param name="reader">Where it begins.</param>
    /// <param name="bytes">All bytes of the packet.</param>
    /// <param name="ip">The header before it.</param>
    /// <param name="room">How many bytes the packet had for the datagram when it was sent.</param>
    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
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

    /// <summary>How many bytes the datagram has in its packet; null if what it says cannot be.</summary>
    /// <param name="ip">The header before it.</param>
    /// <param name="room">How many bytes the packet has room for.</param>
    internal int? LengthIn(IpHeader ip, int room) => Length switch
    {
        // A jumbogram has no room for its length here (RFC 2675, section 4).
        0 when ip.Source.IsV6 => room,
        < HeaderLength => null,
        _ when Length > room => ip.HasMoreFragments ? room : null,
        _ => Length,
    };
}
