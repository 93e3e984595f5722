using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Packets;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

[Collection(Alone.Name)]
public class LiveCaptureTests
{
    [NeedsFact(Need.Capture)]
    public async Task A_real_handshake_is_syn_then_syn_ack_then_ack()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        var capture = await Capture.AroundAsync(pair.Port, () => pair.ConnectAsync());

        Assert.True(capture.IsLive, capture.Note);
        Assert.Equal(
            [("SYN", 0L, 0L, pair.Port), ("SYN, ACK", 0L, 1L, pair.Client.LocalEndPoint.Port), ("ACK", 1L, 1L, pair.Port)],
            capture.Packets.Select(packet =>
                (packet.Tcp!.FlagNames, packet.Position!.Sequence, packet.Position.Acknowledgment, packet.Destination!.Port)));
    }

    [NeedsFact(Need.Capture)]
    public async Task The_sixteen_octet_conversation_is_there_from_its_first_packet_to_its_last_every_time()
    {
        await using var server = SixteenServer.Start(TestServers.FreshName("sixteen"));
        for (var i = 0; i < 20; i++)
        {
            var capture = await Capture.AroundAsync(server.EndPoint.Port, () => SixteenClient.TalkAsync(server.EndPoint));

            var from = capture.Packets.ToLookup(packet => packet.Destination!.Port == server.EndPoint.Port ? "client" : "server");
            Assert.Equal("SYN", capture.Packets[0].Tcp!.FlagNames);
            Assert.Equal("Hi there, server", Said(from["client"]));
            Assert.Equal("Farewell, client", Said(from["server"]));
            // Both have sent a FIN and acknowledged the other's.
            Assert.All(["client", "server"], side => Assert.Contains(from[side], packet => packet.Tcp!.Has(ControlBits.Fin)));
            Assert.Equal(18, from["server"].Max(packet => packet.Position!.Acknowledgment));
            Assert.Equal(18, from["client"].Max(packet => packet.Position!.Acknowledgment));
        }
    }

    [NeedsFact(Need.Capture)]
    public async Task Nothing_is_missed_of_many_datagrams_at_the_beginning_and_at_the_end()
    {
        using var receiver = Udp();
        using var sender = Udp();
        const int count = 200;
        var capture = await Capture.AroundAsync(Port(receiver), () =>
        {
            for (var i = 0; i < count; i++)
            {
                sender.SendTo(BitConverter.GetBytes(i), receiver.LocalEndPoint!);
            }

            return Task.CompletedTask;
        });

        Assert.Equal(Enumerable.Range(0, count), capture.Packets.Select(packet => BitConverter.ToInt32(packet.Payload.Span)));
    }

    [NeedsFact(Need.Capture)]
    public async Task Only_the_ports_asked_for_are_captured_and_the_icmp_message_that_is_about_them()
    {
        using var other = Udp();
        using var sender = Udp();
        var dead = ClosedPort.OnLoopback().Port;
        var capture = await Capture.AroundAsync(dead, async () =>
        {
            sender.SendTo([1], other.LocalEndPoint!);
            sender.Connect(new IPEndPoint(IPAddress.Loopback, dead));
            sender.Send([2]);
            await Task.CompletedTask;
        });

        Assert.Equal(
            [(17, dead), (1, Port(sender))],
            capture.Packets.Select(packet => ((int)packet.Ip!.Protocol, packet.Destination!.Port)));
        Assert.Equal("port unreachable", capture.Packets[1].Icmp!.Meaning);
        Assert.Contains("ICMP port unreachable", capture.Ladder().ToString(), StringComparison.Ordinal);
    }

    [NeedsFact(Need.Capture)]
    public async Task It_waits_for_an_acknowledgment_that_is_delayed()
    {
        await using var pair = await TcpPair.Create(TestServers.FreshName("pair")).ConnectAsync();
        // Back and forth, until the system believes that acknowledgments can ride on answers, and delays them.
        var capture = await Capture.AroundAsync(pair.Port, async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await pair.Client.SendAsync("x");
                await pair.Server.ReceiveAsync();
                await pair.Server.SendAsync("y");
                await pair.Client.ReceiveAsync();
            }
        });

        var toServer = capture.Packets.Where(packet => packet.Destination!.Port == pair.Port);
        Assert.Equal(21, toServer.Max(packet => packet.Position!.Acknowledgment));
    }

    [NeedsFact(Need.Capture)]
    public async Task What_the_block_throws_comes_out_and_nothing_is_left_behind()
    {
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
            Capture.AroundAsync(1, () => throw new InvalidTimeZoneException()));
        var before = Held.Now();
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
                Capture.AroundAsync(1, () => throw new InvalidTimeZoneException()));
        }

        await before.HoldsNoMoreSocketsAsync();
        await before.HoldsNoMoreThreadsAsync();
    }

    [NeedsFact(Need.Capture)]
    public async Task More_packets_than_are_kept_are_counted()
    {
        using var receiver = Udp();
        using var run = new CaptureRun([Port(receiver)], maxPackets: 4);
        await run.BeginAsync(CancellationToken.None);
        for (var i = 0; i < 10; i++)
        {
            receiver.SendTo([1], receiver.LocalEndPoint!);
        }

        await run.EndAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        var (packets, lost) = run.Finish();
        Assert.Equal((4, 6L), (packets.Count, lost));
    }

    [NeedsFact(Need.Capture)]
    public async Task A_capture_whose_cell_was_given_up_is_ended_with_the_servers()
    {
        var before = Held.Now();
        using var run = new CaptureRun([]);
        await run.BeginAsync(CancellationToken.None);
        Assert.NotEqual(0, Held.ThreadsNamed("capture"));

        await RunningServers.StopAllAsync();
        await before.HoldsNoMoreThreadsNamedAsync("capture");
    }

    [NeedsFact(Need.Capture)]
    public async Task A_scene_played_again_is_what_was_shipped()
    {
        foreach (var scene in CaptureScene.All)
        {
            var shipped = Capture.Shipped(scene.Name);
            var again = await scene.RecordAsync();

            Assert.Equal(Remarks(shipped), Remarks(again));
            if (!Remarks(shipped).Any())
            {
                Assert.Equal(Shape(shipped), Shape(again));
            }
        }
    }

    [Fact]
    public void Who_answers_for_everybody_is_a_server_in_the_ladder_and_only_tcp_has_numbers()
    {
        var broadcast = Capture.Shipped("broadcast").Ladder();
        Assert.Equal(["broadcast", "client", "server"], broadcast.Parties);
        Assert.Equal(
            [("client", "broadcast"), ("server", "client"), ("server", "client")],
            broadcast.Messages.Select(message => (message.From, message.To)));
        Assert.DoesNotContain("seq", broadcast.Caption, StringComparison.Ordinal);
        Assert.Contains("seq", Capture.Shipped("sixteen").Ladder().Caption, StringComparison.Ordinal);
        Assert.Equal(["client", "server"], Capture.Shipped("dead-port").Ladder().Parties);
    }

    [Fact]
    public void Every_shipped_capture_has_its_scene_and_the_other_way_round() =>
        Assert.Equal(
            CaptureScene.All.Select(scene => scene.Name + ".pcap").Order(),
            typeof(Capture).Assembly.GetManifestResourceNames()
                .Where(name => name.EndsWith(".pcap", StringComparison.Ordinal))
                .Order());

    [Fact]
    public void An_unknown_capture_is_answered_with_those_there_are() =>
        Assert.Contains(
            "sixteen",
            Assert.Throws<ArgumentException>(() => Capture.Shipped("seventeen")).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task Without_the_right_to_capture_the_block_runs_all_the_same_and_the_shipped_packets_are_shown()
    {
        var ran = 0;
        var capture = await Capture.AroundAsync(-1, () => Task.FromResult(++ran), otherwise: "sixteen");

        // Port -1 makes no filter that libpcap understands: for the capture, that is just another reason not to begin.
        Assert.Equal(1, ran);
        Assert.False(capture.IsLive);
        Assert.Contains("sixteen.pcap", capture.Note, StringComparison.Ordinal);
        Assert.Equal("SYN", capture[1].Tcp!.FlagNames);
    }

    // Who said what, with which flags and numbers; without acknowledgments that carry nothing, which may be combined. In
    // datagrams digits are masked, because they differ: the time, and which of several answered first.
    private static IEnumerable<string> Shape(Capture capture) => capture.Packets
        .Where(packet => packet.Position is null or { Length: > 0 } || packet.Tcp!.Has(ControlBits.Rst))
        .Select(packet =>
        {
            var direction = packet.Destination!.Equals(capture.Packets[0].Destination) ? "→" : "←";
            var summary = packet.Udp is null
                ? packet.Summary
                : string.Concat(packet.Summary.Select(letter => char.IsAsciiDigit(letter) ? '0' : letter));
            return $"{direction} {summary}";
        });

    private static Socket Udp()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static string Said(IEnumerable<CapturedPacket> packets) =>
        string.Concat(packets.Select(packet => System.Text.Encoding.ASCII.GetString(packet.Payload.Span)));

    // With flow control involved, the pieces differ from run to run, and so does whether there is time for a probe; what it
    // says does not.
    private static IEnumerable<string> Remarks(Capture capture) =>
        capture.Packets
            .Select(packet => packet.Position?.Remark.Split(" to ")[0] ?? "")
            .Where(remark => remark.Length > 0 && remark != "window probe")
            .Distinct();
}
