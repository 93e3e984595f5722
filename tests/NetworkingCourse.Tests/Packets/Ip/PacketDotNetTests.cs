using System.Net.NetworkInformation;
using CsCheck;
using NetworkingCourse.Packets;
using PacketDotNet;

namespace NetworkingCourse.Tests.Packets.Ip;

/// <summary>A library with thousands of users reads what we write, and vice versa.</summary>
public sealed class PacketDotNetTests
{
    [Fact]
    public void It_reads_our_IPv4_headers() =>
        Gen.Select(PacketGen.Ipv4Packets(100), Gen.Bool, Gen.Bool, Gen.Int[0, 8191])
            .Sample((packet, keep, more, units) =>
            {
                var header = packet.Header with
                {
                    DontFragment = keep,
                    MoreFragments = more,
                    FragmentOffset = units * 8,
                    Protocol = IpProtocol.Experiment,
                };
                var bytes = new Ipv4Packet(header, packet.Payload).ToBytes();
                var theirs = new IPv4Packet(new PacketDotNet.Utils.ByteArraySegment(bytes));
                return theirs.ValidIPChecksum
                    && theirs.SourceAddress.Equals(header.Source.ToIPAddress())
                    && theirs.DestinationAddress.Equals(header.Destination.ToIPAddress())
                    && (byte)theirs.Protocol == (byte)header.Protocol
                    && theirs.TimeToLive == header.TimeToLive
                    && theirs.Id == header.Identification
                    && theirs.TypeOfService == header.TrafficClass
                    && theirs.FragmentOffset == units
                    && theirs.FragmentFlags == ((keep ? 2 : 0) | (more ? 1 : 0))
                    && theirs.HeaderLength * 4 == header.Length
                    && theirs.TotalLength == bytes.Length;
            });

    [Fact]
    public void We_read_its_IPv4_headers() => PacketGen.Ipv4Packets(100).Sample(packet =>
    {
        var theirs = new IPv4Packet(packet.Header.Source.ToIPAddress(), packet.Header.Destination.ToIPAddress())
        {
            TimeToLive = packet.Header.TimeToLive,
            Id = packet.Header.Identification,
            TypeOfService = packet.Header.TrafficClass,
            Protocol = (ProtocolType)253,
            PayloadData = packet.Payload.ToArray(),
        };
        theirs.UpdateCalculatedValues(); // its lengths
        theirs.UpdateIPChecksum();
        var ours = Ipv4Packet.Parse(theirs.Bytes);
        return ours.Header == packet.Header with { Protocol = IpProtocol.Experiment, Options = default }
            && ours.Payload.Span.SequenceEqual(packet.Payload.Span);
    });

    [Fact]
    public void It_reads_our_IPv6_headers() => PacketGen.Ipv6Packets(100).Sample(packet =>
    {
        var ours = new Ipv6Packet(packet.Header, IpProtocol.Udp, packet.Payload);
        var theirs = new IPv6Packet(new PacketDotNet.Utils.ByteArraySegment(ours.ToBytes()));
        Assert.Equal(
            (packet.Header.Source.ToIPAddress(), packet.Header.Destination.ToIPAddress()),
            (theirs.SourceAddress, theirs.DestinationAddress));
        Assert.Equal(
            (packet.Header.HopLimit, packet.Header.TrafficClass, (int)packet.Header.FlowLabel),
            (theirs.HopLimit, theirs.TrafficClass, theirs.FlowLabel));
        Assert.Equal((17, packet.Payload.Length), ((int)theirs.Protocol, theirs.PayloadLength));
    });

    [Fact]
    public void We_read_its_IPv6_headers() => PacketGen.Ipv6Packets(100).Sample(packet =>
    {
        var theirs = new IPv6Packet(packet.Header.Source.ToIPAddress(), packet.Header.Destination.ToIPAddress())
        {
            HopLimit = packet.Header.HopLimit,
            TrafficClass = packet.Header.TrafficClass,
            FlowLabel = (int)packet.Header.FlowLabel,
            NextHeader = (ProtocolType)17,
            PayloadData = packet.Payload.ToArray(),
            PayloadLength = (ushort)packet.Payload.Length,
        };
        var ours = Ipv6Packet.Parse(theirs.Bytes);
        Assert.Equal(packet.Header, ours.Header);
        Assert.Equal(packet.Payload.ToArray(), ours.Payload.ToArray());
    });

    [Fact]
    public void It_finds_a_datagram_in_a_frame_around_our_packet()
    {
        byte[] datagram = [0x03, 0xE8, 0x00, 0x35, 0x00, 0x0A, 0x00, 0x00, (byte)'h', (byte)'i'];
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp);
        var packet = new Ipv4Packet(header, datagram);
        var frame = new EthernetPacket(
            PhysicalAddress.Parse("02-00-00-00-00-01"), PhysicalAddress.Parse("02-00-00-00-00-02"), EthernetType.IPv4)
        {
            PayloadData = packet.ToBytes(),
        };

        var udp = Packet.ParsePacket(LinkLayers.Ethernet, frame.Bytes).Extract<UdpPacket>();

        Assert.Equal((1000, 53), ((int)udp.SourcePort, (int)udp.DestinationPort));
        Assert.Equal("hi"u8.ToArray(), udp.PayloadData);
    }
}
