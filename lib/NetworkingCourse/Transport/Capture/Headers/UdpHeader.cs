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

    /// <exception cref="TruncatedException">The bytes end inside it.</exception>
    internal static UdpHeader Read(FieldReader reader, ReadOnlyMemory<byte> bytes, IpHeader ip)
    {
        var datagram = bytes[reader.Offset..reader.End];
        return new UdpHeader(
            reader.Number16("source port"),
            reader.Number16("destination port"),
            reader.Number16("length", _ => "header and data, in bytes"),
            reader.Number16("checksum", value => Checksums.Judge(ip, datagram.Span, value), hex: true));
    }
}
