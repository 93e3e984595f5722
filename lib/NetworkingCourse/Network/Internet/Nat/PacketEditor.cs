using System.Buffers.Binary;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Rewrites addresses and ports of an IPv4 packet, and updates the checksums for just what was changed (RFC 1624, equation 3).
/// The payload is not summed again, so the checksum of a packet that was already corrupted stays wrong.
/// </summary>
internal readonly ref struct PacketEditor
{
    private const int Source = 12;
    private const int Destination = 16;
    private const int HeaderChecksum = 10;

    private readonly Span<byte> _packet;
    private readonly Span<byte> _payload;

    /// <param name="packet">The packet, with a valid header. It may be truncated, as when an ICMP error quotes it.</param>
    public PacketEditor(Span<byte> packet)
    {
        _packet = packet;
        _payload = packet[((packet[0] & 0xF) * 4)..];
    }

    public IpProtocol Protocol => (IpProtocol)_packet[9];

    public Address SourceAddress => Address.FromBytes(_packet.Slice(Source, 4));

    public Address DestinationAddress => Address.FromBytes(_packet.Slice(Destination, 4));

    public Span<byte> Payload => _payload;

    /// <summary>The source port, or the identifier of an ICMP echo; null if the packet has neither.</summary>
    public ushort? SourcePort => PortAt(0) is { } at ? BinaryPrimitives.ReadUInt16BigEndian(_payload[at..]) : null;

    /// <summary>The destination port, or the identifier of an ICMP echo; null if the packet has neither.</summary>
    public ushort? DestinationPort => PortAt(2) is { } at ? BinaryPrimitives.ReadUInt16BigEndian(_payload[at..]) : null;

    public void SetSource(Address address, ushort port) => Set(Source, address, PortAt(0), port);

    public void SetDestination(Address address, ushort? port) =>
        Set(Destination, address, port is null ? null : PortAt(2), port ?? 0);

    private int? PortAt(int at) => Protocol switch
    {
        IpProtocol.Udp or IpProtocol.Tcp when _payload.Length >= 8 => at,
        IpProtocol.Icmp when _payload.Length >= 8 && _payload[0] is IcmpMessage.Echo or IcmpMessage.EchoReply => 4,
        _ => null,
    };

    // The offset of the payload's checksum; null if there is none, or if it is beyond the end.
    private int? PayloadChecksum => Protocol switch
    {
        IpProtocol.Udp when _payload.Length >= 8 && BinaryPrimitives.ReadUInt16BigEndian(_payload[6..]) != 0 => 6,
        IpProtocol.Tcp when _payload.Length >= 18 => 16,
        IpProtocol.Icmp when _payload.Length >= 8 => 2,
        _ => null,
    };

    private void Set(int at, Address address, int? portAt, ushort port)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.WriteTo(bytes);
        for (var i = 0; i < 4; i += 2)
        {
            var (before, after) = (
                BinaryPrimitives.ReadUInt16BigEndian(_packet[(at + i)..]),
                BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]));
            UpdateChecksum(_packet[HeaderChecksum..], before, after);
            // The checksums of UDP and TCP cover the addresses as well; the ICMP checksum does not.
            if (Protocol != IpProtocol.Icmp && PayloadChecksum is { } checksum)
            {
                UpdateChecksum(_payload[checksum..], before, after);
            }
        }

        bytes.CopyTo(_packet[at..]);
        if (portAt is { } place)
        {
            if (PayloadChecksum is { } checksum)
            {
                UpdateChecksum(_payload[checksum..], BinaryPrimitives.ReadUInt16BigEndian(_payload[place..]), port);
                NeverZero(checksum);
            }

            BinaryPrimitives.WriteUInt16BigEndian(_payload[place..], port);
        }
    }

    // In UDP, 0 would mean that there is no checksum.
    private void NeverZero(int checksum)
    {
        if (Protocol == IpProtocol.Udp && BinaryPrimitives.ReadUInt16BigEndian(_payload[checksum..]) == 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_payload[checksum..], 0xFFFF);
        }
    }

    private static void UpdateChecksum(Span<byte> checksum, ushort before, ushort after)
    {
        var sum = (uint)(ushort)~BinaryPrimitives.ReadUInt16BigEndian(checksum) + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(checksum, (ushort)~sum);
    }
}
