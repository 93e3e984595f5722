using System.Net;
using CsCheck;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;
using PacketDotNet;

namespace NetworkingCourse.Tests.Transport;

public class DissectionTests
{
    private static readonly Gen<IPAddress> AnAddress = Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes));

    [Fact]
    public void A_tcp_segment_has_the_fields_that_another_library_gave_it() =>
        Gen.Select(
            Gen.Select(AnAddress, AnAddress, Gen.UShort, Gen.UShort),
            Gen.Select(Gen.UInt, Gen.UInt, Gen.Int[0, 255], Gen.UShort),
            Gen.Byte.Array[0, 100]).Sample((ends, numbers, data) =>
        {
            var made = new TcpPacket(ends.Item3, ends.Item4)
            {
                SequenceNumber = numbers.Item1,
                AcknowledgmentNumber = numbers.Item2,
                Flags = (ushort)numbers.Item3,
                WindowSize = numbers.Item4,
                PayloadData = data,
            };
            var packet = Of(MadePackets.InEthernet(MadePackets.InIpv4(made, ends.Item1, ends.Item2)));
            var tcp = packet.Tcp!;
            return (tcp.SourcePort, tcp.DestinationPort) == (ends.Item3, ends.Item4)
                && (tcp.Sequence, tcp.Acknowledgment) == (numbers.Item1, numbers.Item2)
                && ((int)tcp.Flags, tcp.Window) == (numbers.Item3, numbers.Item4)
                && packet.Source!.Address.Equals(ends.Item1)
                && packet.Destination!.Address.Equals(ends.Item2)
                && packet.Payload.Span.SequenceEqual(data)
                && packet.View().Field("checksum").Meaning == "right"
                && packet.View().Field("header checksum").Meaning == "right";
        });

    [Fact]
    public void A_datagram_has_the_fields_that_another_library_gave_it_on_every_kind_of_link() =>
        Gen.Select(AnAddress, Gen.UShort, Gen.UShort, Gen.Byte.Array[1, 100], Gen.Int[0, 3])
            .Sample((address, from, to, data, kind) =>
            {
                var ip = MadePackets.InIpv4(new UdpPacket(from, to) { PayloadData = data }, address, IPAddress.Loopback);
                var (link, bytes) = kind switch
                {
                    0 => (LinkType.Ethernet, MadePackets.InEthernet(ip)),
                    1 => (LinkType.Null, MadePackets.InNull(ip, 2, bigEndian: false)),
                    2 => (LinkType.Null, MadePackets.InNull(ip, 2, bigEndian: true)),
                    _ => (LinkType.Raw, ip.Bytes),
                };
                var packet = Of(bytes, link);
                return packet.Udp is { } udp
                    && (udp.SourcePort, udp.DestinationPort, udp.Length) == (from, to, data.Length + 8)
                    && packet.Payload.Span.SequenceEqual(data);
            });

    [Theory]
    [InlineData(10)]
    [InlineData(24)]
    [InlineData(30)]
    public void Ipv6_is_told_by_whatever_number_a_system_has_for_it(uint family)
    {
        var udp = new UdpPacket(53, 5353) { PayloadData = [1, 2, 3] };
        var ip = new IPv6Packet(IPAddress.IPv6Loopback, IPAddress.IPv6Loopback) { PayloadPacket = udp };
        udp.UpdateUdpChecksum();

        var packet = Of(MadePackets.InNull(ip, family, bigEndian: false), LinkType.Null);

        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 53), packet.Source);
        Assert.Equal([1, 2, 3], packet.Payload.ToArray());
        Assert.Equal("right", packet.View().Field("checksum").Meaning);
    }

    [Fact]
    public void A_changed_bit_makes_a_checksum_wrong() =>
        Gen.Select(Gen.Byte.Array[1, 100], Gen.Int[0, 799]).Sample((data, bit) =>
        {
            var segment = new TcpPacket(1, 2) { PayloadData = data };
            var bytes = MadePackets.InEthernet(MadePackets.InIpv4(segment, IPAddress.Loopback, IPAddress.Loopback));
            bytes[54 + bit / 8 % data.Length] ^= (byte)(1 << (bit % 8));
            return Of(bytes).View().Field("checksum").Meaning == "wrong";
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_checksum_of_a_first_fragment_is_not_judged(bool isIcmp)
    {
        Packet whole = isIcmp
            ? new IcmpV4Packet(new PacketDotNet.Utils.ByteArraySegment(new byte[64]))
            {
                TypeCode = IcmpV4TypeCode.EchoRequest,
                PayloadData = new byte[40],
                Checksum = 0x1234,
            }
            : new UdpPacket(1, 2) { PayloadData = new byte[40], Checksum = 0x1234 };
        var ip = new IPv4Packet(IPAddress.Loopback, IPAddress.Loopback) { PayloadPacket = whole, FragmentFlags = 1 };
        ip.UpdateIPChecksum();

        Assert.Equal(
            "not checked: it covers the whole packet, and this is a fragment",
            Of(MadePackets.InEthernet(ip)).View().Field("checksum").Meaning);

        ip.FragmentFlags = 0;
        ip.UpdateIPChecksum();
        Assert.Equal("wrong", Of(MadePackets.InEthernet(ip)).View().Field("checksum").Meaning);
    }

    [Fact]
    public void Cut_off_anywhere_it_is_understood_as_far_as_it_goes_and_says_where_it_ends() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[0, 200]).Sample((data, cut) =>
        {
            var segment = new TcpPacket(7, 8) { PayloadData = data };
            var whole = MadePackets.InEthernet(MadePackets.InIpv4(segment, IPAddress.Loopback, IPAddress.Loopback));
            var length = cut % (whole.Length + 1);
            var packet = Of(whole[..length]);
            var text = packet.View().ToString();
            return (packet.Ip is not null) == (length >= 34) && (packet.Tcp is not null) == (length >= 54)
                && (length < whole.Length) == text.Contains("cut off", StringComparison.Ordinal);
        });

    [Fact]
    public void Whatever_comes_is_shown_and_nothing_is_thrown() =>
        Gen.Select(Gen.Byte.Array[0, 120], Gen.Enum<LinkType>(), Gen.Int[0, 4]).Sample((noise, link, kind) =>
        {
            byte[] beginning = kind switch
            {
                1 => [.. new byte[12], 8, 0, 0x45],
                2 => [.. new byte[12], 8, 0, 0x45, 0, 0, 200, 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1],
                3 => [.. new byte[12], 8, 0, 0x45, 0, 0, 200, 0, 0, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, 3, 3, 0, 0],
                4 => [.. new byte[12], 0x86, 0xdd, 0x60],
                _ => [],
            };
            var packet = Of([.. beginning, .. noise], kind == 0 ? link : LinkType.Ethernet);
            Assert.NotEmpty(packet.ToString());
            Assert.NotEmpty(packet.ToHtml());
        });

    [Fact]
    public void An_icmp_error_tells_whose_packet_it_is_about()
    {
        var datagram = new UdpPacket(5000, 6000) { PayloadData = [1, 2, 3] };
        var about = MadePackets.InIpv4(datagram, IPAddress.Loopback, IPAddress.Parse("192.0.2.2"));
        byte[] icmp = [3, 3, 0, 0, 0, 0, 0, 0, .. about.Bytes];
        var message = new IcmpV4Packet(new PacketDotNet.Utils.ByteArraySegment(icmp));
        var packet = Of(MadePackets.InEthernet(MadePackets.InIpv4(message, IPAddress.Parse("192.0.2.2"), IPAddress.Loopback)));

        Assert.Equal("port unreachable", packet.Icmp!.Meaning);
        Assert.Equal(
            (IPEndPoint.Parse("127.0.0.1:5000"), IPEndPoint.Parse("192.0.2.2:6000")),
            (packet.Icmp.AboutSource, packet.Icmp.AboutDestination));
        // The message itself goes the other way.
        Assert.Equal(
            (IPEndPoint.Parse("192.0.2.2:6000"), IPEndPoint.Parse("127.0.0.1:5000")),
            (packet.Source, packet.Destination));
    }

    [Fact]
    public void An_icmp_error_shows_the_headers_that_it_quotes_and_no_more_than_it_quotes() =>
        Gen.Select(Gen.UShort, Gen.UShort, Gen.Int[8, 60], Gen.Bool).Sample((from, to, quoted, isUdp) =>
        {
            Packet carried = isUdp
                ? new UdpPacket(from, to) { PayloadData = new byte[60] }
                : new TcpPacket(from, to) { PayloadData = new byte[60] };
            var about = MadePackets.InIpv4(carried, IPAddress.Loopback, IPAddress.Parse("192.0.2.2"));
            var packet = Icmp([3, 3, 0, 0, 0, 0, 0, 0, .. about.Bytes[..(20 + quoted)]]);

            var name = isUdp ? "quoted UDP header" : "quoted TCP header";
            var section = packet.View().Sections.Single(section => section.Protocol == name);
            Assert.Equal([$"{from}", $"{to}"], section.Fields.Take(2).Select(field => field.Value));
            Assert.Equal((from, to), ((ushort)packet.Icmp!.AboutSource!.Port, (ushort)packet.Icmp.AboutDestination!.Port));
            Assert.Equal(20 + quoted, packet.Payload.Length);
            var last = packet.View().Sections[^1].Fields[^1];
            Assert.Equal(packet.Bytes.Length, last.Offset + last.Length);
            Assert.DoesNotContain("cut off", packet.View().ToString(), StringComparison.Ordinal);
        });

    [Fact]
    public void A_quotation_that_ends_inside_its_header_says_so_and_is_about_nobody()
    {
        var about = MadePackets.InIpv4(new UdpPacket(1, 2) { PayloadData = [] }, IPAddress.Loopback, IPAddress.Loopback).Bytes;
        for (var length = 1; length < 24; length++)
        {
            var packet = Icmp([3, 3, 0, 0, 0, 0, 0, 0, .. about[..length]]);
            Assert.Null(packet.Icmp!.AboutSource);
            Assert.Contains("cut off", packet.View().ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Behind_the_extension_headers_of_Ipv6_the_segment_is_found_and_its_checksum_is_right()
    {
        var udp = new UdpPacket(53, 5353) { PayloadData = [1, 2, 3] };
        var plain = new IPv6Packet(IPAddress.IPv6Loopback, IPAddress.IPv6Loopback) { PayloadPacket = udp };
        udp.UpdateUdpChecksum();
        var whole = plain.Bytes;
        // Hop-by-hop options and destination options, 8 bytes each and nothing but padding (RFC 8200, section 4.2).
        byte[] bytes = [.. whole[..40], 60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0, .. whole[40..]];
        (bytes[5], bytes[6]) = ((byte)(bytes[5] + 16), 0);

        var packet = Of(bytes, LinkType.Raw);

        Assert.Equal((IpProtocol.Udp, 56), (packet.Ip!.Protocol, packet.Ip.HeaderLength));
        Assert.Equal([1, 2, 3], packet.Payload.ToArray());
        Assert.Equal("right", packet.View().Field("checksum").Meaning);
        Assert.Equal(
            2,
            packet.View().Sections.Count(section => section.Protocol.StartsWith("extension header", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_ttl_1_says_is_that_no_router_passes_it_on()
    {
        var meanings = new[]
        {
            (1, "the next router discards the packet"),
            (64, "each router subtracts 1, and discards the packet at 0"),
        };
        foreach (var (left, meaning) in meanings)
        {
            var ip = MadePackets.InIpv4(new UdpPacket(1, 2) { PayloadData = [] }, IPAddress.Loopback, IPAddress.Loopback);
            ip.TimeToLive = left;
            Assert.Equal(meaning, Of(ip.Bytes, LinkType.Raw).View().Field("time to live").Meaning);
        }
    }

    private static CapturedPacket Icmp(byte[] message) => Of(MadePackets.InEthernet(MadePackets.InIpv4(
        new IcmpV4Packet(new PacketDotNet.Utils.ByteArraySegment(message)), IPAddress.Parse("192.0.2.2"), IPAddress.Loopback)));

    private static CapturedPacket Of(byte[] bytes, LinkType link = LinkType.Ethernet) =>
        new(1, new RawPacket(link, 0, bytes, bytes.Length), 0);
}
