using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;
using static NetworkingCourse.Tests.Transport.PacketBytes;
using Capture = NetworkingCourse.Transport.Capture;

namespace NetworkingCourse.Tests.Transport;

/// <summary>A capture of anything can show itself, and a very large one shows a part of itself.</summary>
public sealed partial class AnythingTests
{
    [Fact]
    public void A_capture_of_anything_shows_itself() => RandomPackets.Captures(80).Sample(packets =>
    {
        var capture = new Capture(packets, "test", isLive: false);

        Assert.NotEmpty(capture.ToHtml());
        Assert.NotEmpty(capture.ToString());
        Assert.NotEmpty(capture.Table().ToHtml());
        Assert.NotEmpty(capture.Ladder(states: true).ToHtml());
        IsWhole(capture.Ladder());
        var conversations = Enumerable.Range(1, capture.Conversations(int.MaxValue).Rows.Count);
        Assert.Equal(packets.Length, conversations.Sum(number => IsWhole(capture.Conversation(number))));
        Assert.All(capture.Packets, Explains);
    }, iter: 300);

    [Fact]
    public void What_was_captured_is_written_and_read_again_packet_by_packet() => RandomPackets.Captures(20).Sample(packets =>
    {
        var file = new MemoryStream();
        PcapFile.Write(file, packets[0].Link, packets);
        var before = new Capture(packets, "test", isLive: false);
        var after = new Capture(CaptureFile.Read(file.ToArray()).Packets, "test", isLive: false);
        Assert.Equal(before.Table(int.MaxValue).ToString(), after.Table(int.MaxValue).ToString());
    }, iter: 100);

    [Theory]
    [InlineData(1, 20_000)] // a scan: one host tries another, port by port
    [InlineData(100, 20_000)]
    [InlineData(20_000, 20_000)]
    public void Of_very_many_packets_a_few_are_drawn_and_the_others_counted(int hosts, int count)
    {
        var capture = CaptureFiles.Scan(hosts, count);
        var html = capture.ToHtml();

        Assert.InRange(Arrows(html), 10, 40);
        Assert.InRange(capture.Conversations().Rows.Count, 1, 12);
        Assert.InRange(Regex.Count(html, "<tr>"), 0, 13);
        Assert.InRange(html.Length, 0, 100_000);
        Assert.Contains("20,000 packets", html, StringComparison.Ordinal);
        IsWhole(capture.Ladder());
    }

    [Fact]
    public void Between_the_first_and_the_last_what_is_notable_is_drawn()
    {
        byte[] Piece(uint number) => InIpv4(6, Client, Server, Segment(4000, 80, ControlBits.Ack, number, 1, [1]));
        var pieces = Enumerable.Range(0, 1000).Select(i => Piece((uint)i)).ToList();
        pieces[300] = Piece(200);
        pieces[700] = InIpv4(6, Server, Client, Segment(80, 4000, ControlBits.Ack, 1, 700, [], window: 0));
        var text = CaptureFiles.Of(CaptureFiles.Raw, [.. pieces]).Ladder().ToString();

        Assert.Contains("301: ACK · seq 201 · ack 1 · 1 byte \"\\x01\", retransmitted", text, StringComparison.Ordinal);
        Assert.Contains("701: ACK · seq 1 · ack 701 · window 0", text, StringComparison.Ordinal);
        Assert.Matches(@"\b1: ACK", text);
        Assert.Contains("1000: ACK", text, StringComparison.Ordinal);
        Assert.Equal(960, Folded().Matches(text).Sum(Count));
        Assert.True(Folded().Count(text) >= 3);
    }

    [Fact]
    public void Of_many_hosts_those_that_say_most_to_each_other_are_drawn()
    {
        byte[] Say(int host, IPAddress? to = null) =>
            InIpv4(17, new IPAddress([10, 0, 0, (byte)host]), to ?? Server, Datagram(4000, 53, [1]));
        IEnumerable<byte[]> all = Enumerable.Range(1, 20).Select(host => Say(host));
        var elsewhere = Say(11, IPAddress.Parse("203.0.113.1"));
        var capture = CaptureFiles.Of(CaptureFiles.Raw, [.. all, Say(7), Say(9), Say(9), elsewhere]);
        var ladder = capture.Ladder();

        Assert.Equal(["198.51.100.7", "10.0.0.7", "10.0.0.9", "others"], ladder.Parties);
        Assert.Equal("19 hosts", ladder.Details["others"]);
        Assert.Equal(23, ladder.Messages.Count);
        Assert.Contains("1 between others", ladder.Caption, StringComparison.Ordinal);
        Assert.Equal(["1: 10.0.0.1:4000 → 53 UDP · 1 byte \"\\x01\"", "7: 4000 → 53 UDP · 1 byte \"\\x01\""],
            new[] { 0, 6 }.Select(i => ladder.Messages[i].Label));
    }

    [Fact]
    public void A_conversation_is_a_capture_of_its_own_with_the_same_numbers()
    {
        byte[] Say(int port) => InIpv4(17, Client, Server, Datagram(port, 53, [1]));
        var capture = CaptureFiles.Of(CaptureFiles.Raw, Say(4000), Say(4001), Say(4000), Say(4001));
        var second = capture.Conversation(2);

        Assert.Equal([2, 4], second.Packets.Select(packet => packet.Number));
        Assert.Equal(4, second[4].Number);
        Assert.Throws<ArgumentOutOfRangeException>(() => second[3]);
        Assert.StartsWith(
            "Conversation 2, UDP 192.0.2.1:4001 → 198.51.100.7:53: 2 of 4 packets. ", second.Note, StringComparison.Ordinal);
        Assert.Equal([1, 3], capture.Where(packet => packet.Source!.Port == 4000).Packets.Select(packet => packet.Number));
        Assert.Throws<ArgumentOutOfRangeException>(() => capture.Conversation(3));
    }

    [Fact]
    public void Packets_of_one_moment_have_a_row_each()
    {
        var raw = InIpv4(17, Client, Server, Datagram(4000, 53, [1]));
        var capture = new Capture([.. Enumerable.Range(0, 10).Select(_ => new RawPacket(LinkType.Raw, 0, raw, raw.Length))],
            "test", isLive: false);

        Assert.Equal(10, LadderLayout.Of(capture.Ladder()).Arrows.Select(arrow => arrow.From.Y).Distinct().Count());
    }

    [Fact]
    public void A_conversation_says_how_it_went()
    {
        byte[] Piece(bool isBack, int port, ControlBits flags, uint number, uint next, string data = "") => isBack
            ? InIpv4(6, Server, Client, Segment(80, port, flags, number, next, System.Text.Encoding.ASCII.GetBytes(data)))
            : InIpv4(6, Client, Server, Segment(port, 80, flags, number, next, System.Text.Encoding.ASCII.GetBytes(data)));
        const ControlBits ack = ControlBits.Ack;
        var capture = CaptureFiles.Of(CaptureFiles.Raw,
            Piece(true, 1, ControlBits.Syn | ack, 100, 1), Piece(false, 1, ControlBits.Syn, 0, 0), // out of order
            Piece(false, 1, ack, 1, 101, "GET / HTTP/1.1"), Piece(false, 1, ack, 1, 101, "GET / HTTP/1.1"),
            Piece(true, 1, ControlBits.Fin | ack, 101, 15), Piece(false, 1, ControlBits.Fin | ack, 15, 102),
            Piece(false, 2, ControlBits.Syn, 0, 0), Piece(true, 2, ControlBits.Rst | ack, 0, 1),
            Piece(false, 3, ControlBits.Syn, 0, 0), Piece(false, 3, ControlBits.Syn, 0, 0),
            InIpv4(17, Client, Server, Datagram(4000, 53, [.. "name?"u8])),
            InIpv4(1, Router, Client, IcmpError(11, 0, InIpv4(17, Client, Server, Datagram(4000, 53, [])))),
            InIpv4(1, Client, Server, Echo(false, 1)), InIpv4(1, Server, Client, Echo(true, 1)));

        var rows = capture.Conversations().Rows;

        Assert.Equal(
            [
                "TCP 192.0.2.1:1 198.51.100.7:80 6 closed, 1 retransmitted · \"GET / HTTP/1.1\"",
                "TCP 192.0.2.1:2 198.51.100.7:80 2 refused",
                "TCP 192.0.2.1:3 198.51.100.7:80 2 no answer, 1 retransmitted",
                "UDP 192.0.2.1:4000 198.51.100.7:53 2 ICMP time to live exceeded · \"name?\"",
                "ICMP 192.0.2.1 198.51.100.7 2 ICMP echo request, ICMP echo reply",
            ],
            rows.Select(row => string.Join(' ', row[1], row[2], row[3], row[4], row[7])));
    }

    // All packets are drawn, or counted where they are not; the drawing is well formed, and no heading overlaps another.
    private static int IsWhole(Capture capture)
    {
        IsWhole(capture.Ladder());
        return capture.Packets.Count;
    }

    private static void IsWhole(LadderDiagram ladder)
    {
        var html = ladder.ToHtml();
        if (ladder is { Messages: [], Notes: [], Intervals: [] })
        {
            Assert.Contains("to draw", html, StringComparison.Ordinal);
            return;
        }

        var svg = XElement.Parse(Drawing().Match(html).Value);
        var hidden = svg.Elements().Select(element => Folded().Match(element.Value)).Where(match => match.Success);
        Assert.Equal(ladder.Messages.Count, Arrows(html) + hidden.Sum(Count));
        var heads = svg.Elements().Where(element => (string?)element.Attribute("class") == "box")
            .Select(box => (X: Number(box, "x"), Width: Number(box, "width"))).ToList();
        Assert.All(heads.Zip(heads.Skip(1)),
            pair => Assert.InRange(pair.Second.X, pair.First.X + pair.First.Width, double.MaxValue));
        Assert.InRange(Number(svg, "width"), 0, 840);
    }

    private static int Count(Match folded) =>
        int.Parse(folded.Groups["count"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static int Arrows(string html) =>
        XElement.Parse(Drawing().Match(html).Value).Elements().Count(element => element.Name.LocalName == "g");

    private static void Explains(CapturedPacket packet)
    {
        Assert.NotEmpty(packet.ToString());
        Assert.NotEmpty(packet.ToHtml());
        Assert.NotEmpty(packet.View().ToString());
        Assert.InRange(packet.PayloadLength, packet.Payload.Length, int.MaxValue);
        Assert.Equal(packet.IsCut, packet.View().Note?.Contains("snapshot length", StringComparison.Ordinal) == true);
        // The values are the same whether or not the fields are recorded.
        Assert.Equal(Values(Dissection.Of(packet.Raw)), Values(Dissection.Of(packet.Raw, isSilent: true)));
        if (packet is { Tcp: { } tcp, Position: { } position })
        {
            var bits = (tcp.Has(ControlBits.Syn) ? 1 : 0) + (tcp.Has(ControlBits.Fin) ? 1 : 0);
            Assert.Equal(packet.PayloadLength + bits, position.Length);
        }
    }

    private static string Values(Dissection dissection) => string.Join(
        '|', dissection.Link, dissection.Arp, dissection.Ip, dissection.Ports, dissection.Tcp,
        string.Join(',', dissection.Tcp?.Options ?? []), dissection.Udp, dissection.Icmp,
        Convert.ToHexString(dissection.Payload.Span), dissection.PayloadLength, dissection.Problems);

    [GeneratedRegex("<svg.*</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex("(?<count>[0-9,]+) more (packet|message)s?, not")]
    private static partial Regex Folded();
}
