using System.Net;
using NetworkingCourse.Packets;
using static NetworkingCourse.Tests.Transport.CaptureFiles;
using static NetworkingCourse.Tests.Transport.PacketBytes;

namespace NetworkingCourse.Tests.Transport;

/// <summary>Packets from outside: from networks other than loopback, and from files that others have written.</summary>
public class OutsideTests
{
    private const string Ping = "4500001e0001000040018ea2c0000201c633640708008f94000100016869";

    [Fact]
    public void A_ping_is_drawn_between_its_two_hosts()
    {
        var capture = Of(Raw, Convert.FromHexString(Ping));

        Assert.Contains("192.0.2.1 → 198.51.100.7", capture.ToString(), StringComparison.Ordinal);
        Assert.Contains("ICMP echo request", capture.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_hosts_that_use_the_same_port_have_a_lifeline_each()
    {
        var capture = Of(Raw,
            InIpv4(17, Client, Server, Datagram(4000, 53, [1])), InIpv4(17, Router, Server, Datagram(4000, 53, [2])),
            InIpv4(17, Server, Client, Datagram(53, 4000, [3])));

        Assert.NotEmpty(capture.ToHtml());
        var ladder = capture.Ladder();
        Assert.Equal(3, ladder.Parties.Count);
        var clients = ladder.Messages.Select(message => ladder.Details[message.From]).Distinct();
        Assert.Equal(2, clients.Count(address => address.EndsWith(":4000", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(105)]
    public void Packets_that_say_nothing_about_their_ends_are_shown_all_the_same(uint link)
    {
        var capture = Of(link, [1, 2, 3]);

        Assert.NotEmpty(capture.ToHtml());
        Assert.NotEmpty(capture.ToString());
        Assert.NotEmpty(capture.Ladder().ToHtml());
        Assert.NotEmpty(capture.Ladder().ToString());
    }

    [Fact]
    public void Who_asks_for_an_address_and_who_answers_is_drawn()
    {
        var capture = Of(1, InEthernet(0x0806, Arp(false, Client, Router), toAll: true),
            InEthernet(0x0806, Arp(true, Router, Client)));

        Assert.Contains("192.0.2.1 → broadcast", capture.ToString(), StringComparison.Ordinal);
        Assert.Contains("10.0.0.9 → 192.0.2.1", capture.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_comes_from_the_router_that_sent_it()
    {
        var packet = Of(Raw, Convert.FromHexString(
            "45000038000100004001aeba0a000009c00002010b00595700000000" +
            "4500001d000100000111cd93c0000201c63364070fa0829a00090965"))[1];

        Assert.Equal(IPEndPoint.Parse("10.0.0.9:0"), packet.Source);
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:4000"), packet.Destination);
        Assert.Equal(IPEndPoint.Parse("198.51.100.7:33434"), packet.Icmp!.AboutDestination);
    }

    // What follows the quoted packet, as its header states its length, is not part of it.
    [Theory]
    [InlineData(20, false)]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(null, true)]
    public void A_quoted_packet_has_ports_only_if_it_is_long_enough_by_its_own_header(int? total, bool hasPorts)
    {
        var about = InIpv4(17, Client, Server, Datagram(4000, 53, [1]), total);
        var packet = Of(Raw, InIpv4(1, Router, Client, IcmpError(11, 0, about)))[1];

        Assert.Equal(hasPorts ? IPEndPoint.Parse("198.51.100.7:53") : null, packet.Icmp!.AboutDestination);
        var header = packet.View().Sections.SingleOrDefault(section => section.Protocol == "quoted UDP header");
        Assert.Equal(hasPorts ? (total is null ? 4 : 2) : 0, header?.Fields.Count ?? 0);
    }

    [Fact]
    public void Without_the_answer_to_the_SYN_the_other_side_counts_from_what_is_acknowledged()
    {
        var capture = Of(Raw,
            InIpv4(6, Client, Server, Segment(4000, 80, ControlBits.Syn, 100, 0, [])),
            InIpv4(6, Client, Server, Segment(4000, 80, ControlBits.Ack, 101, 3_000_000_001, [])),
            InIpv4(6, Server, Client, Segment(80, 4000, ControlBits.Ack | ControlBits.Psh, 3_000_000_001, 101, [.. "hello"u8])));

        Assert.Equal((1L, 1L), (capture[2].Position!.Sequence, capture[2].Position!.Acknowledgment));
        var answer = capture[3].Position!;
        Assert.Equal((1L, 1L, 6L, false), (answer.Sequence, answer.Acknowledgment, answer.Next, answer.IsRepeated));
    }

    [Fact]
    public void Data_that_comes_out_of_order_has_not_been_sent_before()
    {
        byte[] Piece(uint sequence) => InIpv4(6, Client, Server, Segment(4000, 80, ControlBits.Ack, sequence, 1, new byte[100]));
        var capture = Of(Raw, Piece(1), Piece(201), Piece(101), Piece(101), Piece(1), Piece(251));

        Assert.Equal([false, false, false, true, true, false], capture.Packets.Select(packet => packet.Position!.IsRepeated));
    }

    [Fact]
    public void What_the_snapshot_length_cut_away_was_sent_all_the_same()
    {
        var whole = InIpv4(6, Client, Server, Segment(4000, 80, ControlBits.Ack, 1, 1, new byte[1000]));
        var packet = Read(Pcap(Raw, [(whole[..64], whole.Length)]))[1];

        Assert.Equal((1L, 1001L), (packet.Position!.Sequence, packet.Position.Next));
        Assert.Contains("64 of 1,040 bytes", packet.View().ToString(), StringComparison.Ordinal);
        Assert.Contains("1,000 bytes", packet.ToString(), StringComparison.Ordinal);
        Assert.Contains("cut", packet.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checksum_is_over_the_address_for_which_the_packet_is_in_the_end()
    {
        var packet = Of(Raw, Convert.FromHexString(
            "6000000000212b4020010db800000000000000000000000120010db8000000000000000000000002" +
            "110200010000000020010db80000000000000000000000030fa0003500091c9178"))[1];

        Assert.Equal("right", packet.View().Field("checksum").Meaning);
    }

    [Fact]
    public void A_datagram_ends_where_it_says_and_not_where_its_packet_does()
    {
        var packet = Of(Raw,
            Convert.FromHexString("450000270001000040118e89c0000201c63364070fa00035000b3f64616263545241494c494e47"))[1];

        Assert.Equal("abc"u8.ToArray(), packet.Payload.ToArray());
        Assert.Equal("right", packet.View().Field("checksum").Meaning);
    }

    [Theory]
    [InlineData(0x24000001u)]
    [InlineData(113u)]
    [InlineData(276u)]
    [InlineData(228u)]
    public void Whatever_stands_before_it_the_packet_is_found(uint link)
    {
        var ip = InIpv4(17, Client, Server, Datagram(4000, 53, [.. "abc"u8]));
        var bytes = link switch { 113 => InSll(0x0800, ip), 276 => InSll2(0x0800, ip), 228 => ip, _ => InEthernet(0x0800, ip) };
        var packet = Of(link, bytes)[1];

        Assert.Equal(IPEndPoint.Parse("192.0.2.1:4000"), packet.Source);
        Assert.Equal("abc"u8.ToArray(), packet.Payload.ToArray());
    }

    [Fact]
    public void Of_IPv6_alone_link_type_229_says_so()
    {
        var (from, to) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));

        Assert.Equal(IPEndPoint.Parse("[2001:db8::1]:4000"), Of(229, InIpv6(17, from, to, Datagram(4000, 53, [1])))[1].Source);
    }

    [Fact]
    public void A_payload_length_of_0_is_no_cut()
    {
        var (from, to) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));
        // The length is in an option instead (RFC 2675), or nowhere: what a system hands to its network card to cut up.
        byte[] jumbo = InIpv6(0, from, to, [17, 0, 0xc2, 4, 0, 0, 0, 19, .. Datagram(4000, 53, [.. "abc"u8])], length: 0);
        byte[] uncut = InIpv6(17, from, to, Datagram(4000, 53, [.. "abc"u8]), length: 0);

        Assert.All(Of(Raw, jumbo, uncut).Packets, packet =>
        {
            Assert.Equal("abc"u8.ToArray(), packet.Payload.ToArray());
            Assert.DoesNotContain("cut", packet.View().ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_file_that_ends_inside_a_packet_shows_those_before_and_says_so()
    {
        var ping = Convert.FromHexString(Ping);
        var file = Pcap(Raw, [(ping, ping.Length), (ping, ping.Length)]);
        var capture = Read(file[..^7]);

        Assert.Single(capture.Packets);
        Assert.Contains("packet 2", capture.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8100 0005 0800")]
    [InlineData("88a8 0007 8100 0005 0800")]
    public void Behind_the_tags_of_virtual_networks_the_packet_is_found(string types)
    {
        byte[] tags = Convert.FromHexString(types.Replace(" ", "", StringComparison.Ordinal));
        byte[] frame = [.. InEthernet(0, [])[..12], .. tags, .. InIpv4(17, Client, Server, Datagram(4000, 53, [1]))];

        var packet = Of(1, frame)[1];

        Assert.Equal(IPEndPoint.Parse("192.0.2.1:4000"), packet.Source);
        Assert.Equal("5", packet.View().Sections[0].Fields.Last(field => field.Name == "VLAN").Value);
    }

    [Fact]
    public void What_is_not_taken_apart_is_named_and_not_called_a_link_header_without_IP()
    {
        Assert.Contains("LLDP", Of(1, InEthernet(0x88cc, [1, 2, 3]))[1].View().Note, StringComparison.Ordinal);
        Assert.Contains("Wi-Fi", Of(105, [1, 2, 3])[1].View().Note, StringComparison.Ordinal);
        Assert.Contains("link type 147", Of(147, [1, 2, 3])[1].View().Note, StringComparison.Ordinal);
        byte[] fifth = [0x55, .. InIpv4(17, Client, Server, [])[1..]];
        Assert.Contains("version is 5", Of(1, InEthernet(0x0800, fifth))[1].View().Note, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_captured_of_a_header_is_known_although_the_rest_was_cut_off()
    {
        // The options are cut off: 20 bytes of IP, 20 of TCP.
        byte[] segment = Segment(4000, 80, ControlBits.Syn, 7, 0, new byte[12]);
        segment[12] = 0x80;
        var whole = InIpv4(6, Client, Server, segment);
        var capture = Read(Pcap(Raw, [(whole[..44], whole.Length), (whole[..28], whole.Length), (whole[..20], whole.Length)]));

        Assert.Equal(ControlBits.Syn, capture[1].Tcp?.Flags);
        Assert.Equal(0, capture[1].Position?.Sequence);
        Assert.All([capture[1], capture[2]],
            packet => Assert.Equal((Client, 4000), (packet.Source!.Address, packet.Source.Port)));
        Assert.Equal(Client, capture[3].Source!.Address);
        Assert.All(capture.Packets, packet => Assert.Contains("of 52 bytes", packet.View().Note, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(6, 12, 0x30, "the minimum is 20")] // TCP's data offset
    [InlineData(17, 5, 7, "7 bytes")] // UDP's length
    [InlineData(17, 5, 200, "200 bytes")]
    public void A_length_that_cannot_be_is_said(byte protocol, int at, byte value, string said)
    {
        var payload = protocol == 6 ? Segment(4000, 80, ControlBits.Ack, 1, 1, [1, 2, 3]) : Datagram(4000, 80, [1, 2, 3]);
        payload[at] = value;
        var packet = Of(Raw, InIpv4(protocol, Client, Server, payload))[1];

        Assert.Contains(said, packet.View().Note, StringComparison.Ordinal);
        Assert.Equal(4000, packet.Source!.Port);
    }

    [Theory]
    [InlineData(19, "The total length of 19 bytes is less than the header length of 20.")]
    [InlineData(200, "200 bytes")]
    public void An_IP_length_that_cannot_be_is_said(int total, string said)
    {
        var packet = Of(Raw, InIpv4(17, Client, Server, Datagram(4000, 80, [1, 2, 3]), total))[1];

        Assert.Contains(said, packet.View().Note, StringComparison.Ordinal);
        Assert.Equal(Client, packet.Source!.Address);
    }

    [Fact]
    public void A_source_route_and_a_home_address_belong_to_the_checksum_too()
    {
        // RFC 791, section 3.1: to the router first, and from there to the server. The pointer points to the only address left.
        var datagram = Checked(17, Client, Server, Datagram(4000, 53, [1, 2, 3]));
        byte[] routed =
        [
            0x47, 0, 0, (byte)(28 + datagram.Length), 0, 1, 0, 0, 64, 17, 0, 0, .. Client.GetAddressBytes(),
            .. Router.GetAddressBytes(), 131, 7, 4, .. Server.GetAddressBytes(), 0, .. datagram,
        ];
        // RFC 6275, section 6.3: from where the host is, with its home address in an option.
        var (home, away) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8:f::1"));
        var server = IPAddress.Parse("2001:db8::2");
        byte[] option = [17, 2, 1, 2, 0, 0, 0xc9, 16, .. home.GetAddressBytes()];
        byte[] travelling = InIpv6(60, away, server, [.. option, .. Checked(17, home, server, Datagram(4000, 53, [1]))]);

        Assert.All(Of(Raw, routed, travelling).Packets, packet => Assert.Equal("right", packet.View().Field("checksum").Meaning));
        Assert.Equal(Server, Of(Raw, routed)[1].Destination!.Address);
    }

    [Fact]
    public void That_a_network_card_finishes_the_checksum_is_said_without_loopback_where_there_is_none()
    {
        byte[] datagram = Datagram(4000, 53, [1, 2, 3]);
        var begun = InternetChecksum.Of(
            (byte[])[.. Client.GetAddressBytes(), .. Server.GetAddressBytes(), 0, 17, 0, (byte)datagram.Length]);
        (datagram[6], datagram[7]) = ((byte)(~begun >> 8), (byte)~begun);

        var meaning = Of(Raw, InIpv4(17, Client, Server, datagram))[1].View().Field("checksum").Meaning;

        Assert.StartsWith("begun, not finished", meaning, StringComparison.Ordinal);
        Assert.DoesNotContain("loopback", meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fills_a_short_frame_up_is_explained()
    {
        var packet = Of(1, InEthernet(0x0800, [.. InIpv4(17, Client, Server, Datagram(4000, 53, [1])), .. new byte[17]]))[1];

        Assert.DoesNotContain("(not explained)", packet.View().ToString(), StringComparison.Ordinal);
        Assert.Equal([1], packet.Payload.ToArray());
    }

    [Theory]
    [InlineData(58, 135, "neighbor solicitation")]
    [InlineData(1, 13, "timestamp request")]
    [InlineData(1, 250, "type 250")]
    public void An_ICMP_message_of_any_kind_says_what_it_is(byte protocol, byte type, string said)
    {
        byte[] message = [type, 0, 0, 0, 0, 0, 0, 0, .. new byte[16]];
        var packet = protocol == 1 ? InIpv4(1, Client, Server, message)
            : InIpv6(58, IPAddress.Parse("fe80::1"), IPAddress.Parse("ff02::1"), message);

        Assert.Contains(said, Of(Raw, packet)[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_segment_without_a_flag_says_so() =>
        Assert.Contains(
            "no flags", Of(Raw, InIpv4(6, Client, Server, Segment(4000, 80, ControlBits.None, 1, 0, [])))[1].ToString(),
            StringComparison.Ordinal);

    [Fact]
    public void Who_is_called_with_congestion_notification_is_the_server()
    {
        const ControlBits syn = ControlBits.Syn | ControlBits.Ece | ControlBits.Cwr;
        var ladder = Of(Raw,
            InIpv4(6, Server, Client, Segment(4001, 4000, ControlBits.Ack, 1, 2, [])),
            InIpv4(6, Client, Server, Segment(4000, 4001, syn, 1, 0, []))).Ladder();

        Assert.Equal(("198.51.100.7:4001", "192.0.2.1:4000"), (ladder.Details["server"], ladder.Details["client"]));
    }
}
