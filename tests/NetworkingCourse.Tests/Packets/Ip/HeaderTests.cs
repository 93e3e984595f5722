using System.Buffers.Binary;
using CsCheck;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Packets.Ip;

public sealed class HeaderTests
{
    // RFC 1071 gives no header. This one is known from many lectures, along with its checksum: 45 00 00 73 ... b8 61.
    private static readonly byte[] Known = Convert.FromHexString("4500007300004000" + "4011b861c0a80001c0a800c7");

    [Fact]
    public void A_known_header_is_read_and_written_byte_by_byte()
    {
        var packet = (byte[])[.. Known, .. new byte[95]];

        var read = Ipv4Packet.Parse(packet);

        Assert.Equal(
            new Ipv4Header(Address.Parse("192.168.0.1"), Address.Parse("192.168.0.199"), IpProtocol.Udp) { DontFragment = true },
            read.Header);
        Assert.Equal(packet, read.ToBytes());
    }

    [Fact]
    public void Every_IPv4_packet_is_read_as_it_was_written() =>
        Gen.Select(PacketGen.Ipv4Packets(200), Gen.Bool, Gen.Bool, Gen.Int[0, 8191])
            .Sample((packet, keep, more, units) =>
            {
                var header = packet.Header with { DontFragment = keep, MoreFragments = more, FragmentOffset = units * 8 };
                var whole = new Ipv4Packet(header, packet.Payload);
                var read = Ipv4Packet.Parse((byte[])[.. whole.ToBytes(), 0, 0, 0]); // a short frame is padded
                return read.Header == whole.Header
                    && read.Header.GetHashCode() == whole.Header.GetHashCode()
                    && read.Payload.Span.SequenceEqual(whole.Payload.Span)
                    && read.ToString() == whole.ToString();
            });

    [Fact]
    public void Every_IPv6_packet_is_read_as_it_was_written() =>
        Gen.Select(PacketGen.Ipv6Packets(200), Gen.Bool, Gen.Int[0, 8191], Gen.UInt)
            .Sample((packet, fragment, units, identification) =>
            {
                var whole = new Ipv6Packet(packet.Header, packet.Protocol, packet.Payload)
                {
                    Extensions = fragment
                        ? [.. packet.Extensions, Ipv6Extension.Fragment(units * 8, units % 2 == 0, identification)]
                        : packet.Extensions,
                };
                var bytes = whole.ToBytes();
                var read = Ipv6Packet.Parse((byte[])[.. bytes, 1, 2, 3]);
                var types = whole.Extensions.Select(extension => extension.Type);
                return read.Header == whole.Header
                    && read.Protocol == whole.Protocol
                    && read.Payload.Span.SequenceEqual(whole.Payload.Span)
                    && read.Extensions.Select(extension => extension.Type).SequenceEqual(types)
                    && read.ToBytes().AsSpan().SequenceEqual(bytes)
                    && (!fragment || read.Fragment!.ReadFragment() == (units * 8, units % 2 == 0, identification));
            });

    [Fact]
    public void Any_flipped_bit_of_an_IPv4_header_is_noticed() =>
        Gen.Select(PacketGen.Ipv4Packets(50), Gen.Int[0, 1000]).Sample((packet, at) =>
        {
            var bytes = packet.ToBytes();
            at %= packet.Header.Length * 8;
            bytes[at / 8] ^= (byte)(0x80 >> (at % 8));
            return !Ipv4Packet.TryParse(bytes, out _, out var problem) && problem.Length > 0;
        });

    [Fact]
    public void Bytes_of_any_kind_are_read_or_refused_and_nothing_else() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Bool).Sample((bytes, six) =>
        {
            if (bytes.Length > 0)
            {
                bytes[0] = (byte)((bytes[0] & 0xF) | (six ? 0x60 : 0x40));
            }

            if (six && bytes.Length >= 40)
            {
                (bytes[4], bytes[5]) = (0, (byte)(bytes.Length - 40)); // so that parsing gets beyond the first check
            }

            IpView.Of(bytes);
            return Ipv4Packet.TryParse(bytes, out _, out var problem4) == (problem4.Length == 0)
                && Ipv6Packet.TryParse(bytes, out _, out var problem6) == (problem6.Length == 0);
        });

    [Fact]
    public void Every_byte_of_a_header_is_explained_and_the_checksum_is_judged()
    {
        Gen.Select(PacketGen.Ipv4Packets(100), PacketGen.Ipv6Packets(100)).Sample((four, six) =>
            new[] { four.View(), six.View() }.All(view =>
            {
                var fields = view.Sections.SelectMany(section => section.Fields);
                return view.Note is null
                    && fields.Sum(field => field.Bits is { } bits ? bits.Count : field.Length * 8) == view.Bytes.Length * 8;
            }));
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp);
        var bytes = new Ipv4Packet(header, new byte[8]).ToBytes();
        Assert.Equal("right", IpView.Of(bytes).Field("header checksum").Meaning);
        Assert.Equal("Documentation (TEST-NET-1) (RFC 5737)", IpView.Of(bytes).Field("source address").Meaning);
        bytes[8]--;
        Assert.Equal("wrong", IpView.Of(bytes).Field("header checksum").Meaning);
        Assert.Contains("takes 4 bytes, and only 2 are left", IpView.Of(bytes.AsMemory(0, 14)).Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jumbograms_length_is_the_one_in_its_option()
    {
        byte[] data = new byte[70_000];
        // RFC 2675, section 2: 70,008 bytes.
        byte[] jumbo = [0x60, 0, 0, 0, 0, 0, 0, 64, .. new byte[32], 17, 0, 0xc2, 4, 0, 1, 0x11, 0x78, .. data];

        var view = IpView.Of(jumbo);
        Assert.Null(view.Note);
        Assert.Equal(70_000, view.Field("payload").Length);
        Assert.Contains(
            "70,048 bytes, but only 70,000 are available",
            IpView.Of(jumbo.AsMemory(0, 70_000)).Note,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_addresses_of_a_route_are_shown_and_how_many_are_left()
    {
        byte[] route = [0x60, 0, 0, 0, 0, 24, 43, 64, .. new byte[32], 59, 2, 0, 1, 0, 0, 0, 0,
            .. Address.Parse("2001:db8::3").ToBytes()];

        Assert.Equal(("2001:db8::3", "1"),
            (IpView.Of(route).Field("address 1").Value, IpView.Of(route).Field("segments left").Value));
        Assert.DoesNotContain("(not explained)", IpView.Of(route).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("45", "An IPv4 header has at least 20 bytes, not 1.")]
    [InlineData("6500007300004000 4011b861 c0a80001 c0a800c7", "The version is 6, not 4.")]
    [InlineData("4400007300004000 4011b861 c0a80001 c0a800c7", "The header length is 16 bytes; the minimum is 20.")]
    [InlineData(
        "4500001000004000 4011b861 c0a80001 c0a800c7",
        "The total length of 16 bytes is less than the header length of 20.")]
    [InlineData("4500007300004000 4011b861 c0a80001 c0a800c7", "The packet should have 115 bytes, but only 20 are available.")]
    [InlineData("4500001400004000 4011b861 c0a80001 c0a800c7", "The header checksum is wrong")]
    [InlineData("450000140000c000 401138c0 c0a80001 c0a800c7", "The first of the three flags is set")]
    public void An_IPv4_header_that_makes_no_sense_is_refused_and_the_reason_is_said(string hex, string reason)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.StartsWith(
            reason, Assert.Throws<FormatException>(() => Ipv4Packet.Parse(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(39, 6, 0, 59, "", "An IPv6 header has 40 bytes, not 39.")]
    [InlineData(40, 4, 0, 59, "", "The version is 4, not 6.")]
    [InlineData(40, 6, 1, 59, "", "The payload length is 1, but 0 bytes are available.")]
    [InlineData(40, 6, 7, 0, "3b000000000000", "The extension header 'hop by hop options' has 8 bytes, but 7 are left.")]
    [InlineData(40, 6, 8, 60, "3b01000000000000", "The extension header 'destination options' has 16 bytes, but 8 are left.")]
    [InlineData(
        40,
        6,
        16,
        60,
        "0000000000000000 3b00000000000000",
        "Hop-by-hop options may only come right after the IPv6 header.")]
    [InlineData(
        40,
        6,
        72,
        60,
        "3c00000000000000 3c00000000000000 3c00000000000000 3c00000000000000 3c00000000000000 "
        + "3c00000000000000 3c00000000000000 3c00000000000000 3b00000000000000",
        "There are more than 8 extension headers.")]
    public void An_IPv6_packet_that_makes_no_sense_is_refused_and_the_reason_is_said(
        int length,
        int version,
        int payload,
        int next,
        string rest,
        string reason)
    {
        var header = new byte[length];
        (header[0], header[5], header[6]) = ((byte)(version << 4), (byte)payload, (byte)next);
        byte[] bytes = [.. header, .. Convert.FromHexString(rest.Replace(" ", "", StringComparison.Ordinal))];

        Assert.StartsWith(
            reason, Assert.Throws<FormatException>(() => Ipv6Packet.Parse(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_header_has_no_room_for_is_not_written()
    {
        var four = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp);
        var six = new Ipv6Header(Address.Parse("2001:db8::1"), Address.Parse("2001:db8::2"));
        void Refused(string reason, Ipv4Header header, int payload = 0)
        {
            var refused = Assert.ThrowsAny<ArgumentException>(() => new Ipv4Packet(header, new byte[payload]).ToBytes());
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }

        void Refused6(string reason, Ipv6Header header, int payload = 0, params Ipv6Extension[] extensions)
        {
            var refused = Assert.ThrowsAny<ArgumentException>(() =>
                new Ipv6Packet(header, IpProtocol.Udp, new byte[payload]) { Extensions = extensions }.ToBytes());
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }

        Refused("only has room for IPv4 addresses", four with { Source = Address.Parse("::1") });
        Refused("offsets are multiples of 8", four with { FragmentOffset = 4 });
        Refused("offsets are multiples of 8", four with { FragmentOffset = 65_536 });
        Refused("a multiple of 4 bytes, up to 40, not 3", four with { Options = new byte[3] });
        Refused("at most 65,535 bytes", four, 65_516);
        Refused6("only has room for IPv6 addresses", six with { Destination = Address.Parse("127.0.0.1") });
        Refused6("A flow label has 20 bits", six with { FlowLabel = 1 << 20 });
        Refused6("65,535 bytes, not by 65,536", six, 65_536);
        Refused6("is not an extension header", six, 0, new Ipv6Extension(IpProtocol.Routing, new byte[7]));
        Refused6("is not an extension header", six, 0, new Ipv6Extension(IpProtocol.Fragment, new byte[14]));
        Refused6("is not an extension header", six, 0, new Ipv6Extension(IpProtocol.Udp, new byte[6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ipv6Extension.Fragment(4, true, 1));
        Assert.Throws<InvalidOperationException>(() => new Ipv6Extension(IpProtocol.Routing, new byte[6]).ReadFragment());
    }

    [Fact]
    public void A_router_takes_one_from_the_TTL_and_mends_the_checksum_as_if_it_had_worked_it_out_anew() =>
        PacketGen.Ipv4Packets(20).Where(packet => packet.Header.TimeToLive > 0).Sample(packet =>
        {
            var bytes = packet.ToBytes();
            var left = Ipv4Header.DecrementTimeToLive(bytes);
            var fewer = packet.Header with { TimeToLive = (byte)(packet.Header.TimeToLive - 1) };
            var anew = new Ipv4Packet(fewer, packet.Payload).ToBytes();
            return left == packet.Header.TimeToLive - 1
                && InternetChecksum.IsIntact(bytes.AsSpan(0, packet.Header.Length))
                && Same(bytes, anew);
        });

    [Fact]
    public void Of_a_packet_with_no_TTL_left_none_can_be_taken()
    {
        var header = new Ipv4Header(Address.Parse("192.0.2.1"), Address.Parse("198.51.100.2"), IpProtocol.Udp)
        {
            TimeToLive = 0,
        };
        var packet = new Ipv4Packet(header, default).ToBytes();

        Assert.Throws<ArgumentException>(() => Ipv4Header.DecrementTimeToLive(packet));
    }

    // In ones' complement, 0x0000 and 0xFFFF are the same number: one way may give the first where the other gives the second.
    private static bool Same(byte[] one, byte[] other)
    {
        var first = BinaryPrimitives.ReadUInt16BigEndian(one.AsSpan(10));
        var second = BinaryPrimitives.ReadUInt16BigEndian(other.AsSpan(10));
        one.AsSpan(10, 2).CopyTo(other.AsSpan(10, 2));
        return one.AsSpan().SequenceEqual(other) && (first == second || (first | second) == 0xFFFF && (first & second) == 0);
    }
}
