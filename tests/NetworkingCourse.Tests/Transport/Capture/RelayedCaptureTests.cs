using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Packets;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport;

/// <summary>What takes the place of a capture where this process may not capture.</summary>
public class RelayedCaptureTests
{
    private const string Reason = "This user may not capture packets.";

    [Fact]
    public async Task A_conversation_looks_as_a_real_capture_of_it_does()
    {
        await using var server = SixteenServer.Start(TestServers.FreshName("sixteen"));
        var capture = await RelayedAsync(server, address => SixteenClient.TalkAsync(address));

        Assert.Equal(Steps(Capture.Shipped("sixteen")), Steps(capture));
        Assert.True(capture.IsLive);
        Assert.StartsWith(Reason, capture.Note, StringComparison.Ordinal);
        Assert.Contains("relay", capture.Note, StringComparison.Ordinal);
        Assert.All(
            capture.Packets,
            packet => Assert.Contains(server.EndPoint, (IPEndPoint[])[packet.Source!, packet.Destination!]));
    }

    [Fact]
    public async Task A_half_closed_connection_looks_as_a_real_capture_of_it_does()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        var capture = await RelayedAsync(pair, async () =>
        {
            await pair.ConnectAsync();
            await pair.Client.SendAsync("one, two, three");
            pair.Client.ShutdownSend();
            while ((await pair.Server.ReceiveAsync()).Length > 0)
            {
            }

            await pair.Server.SendAsync("that were three");
            pair.Server.Close();
            Assert.Equal("that were three", await pair.Client.ReceiveExactlyAsync(15));
        });

        Assert.Equal(Steps(Capture.Shipped("half-close")), Steps(capture));
    }

    [Fact]
    public async Task A_reset_looks_as_a_real_capture_of_it_does_and_reaches_the_other_end()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        var capture = await RelayedAsync(pair, async () =>
        {
            await pair.ConnectAsync();
            await pair.Client.SendAsync(SixteenClient.FirstPiece);
            await pair.Server.ReceiveAsync();
            pair.Client.Reset();
        });

        Assert.Equal(Steps(Capture.Shipped("reset")), Steps(capture));
        var exception = await Assert.ThrowsAsync<SocketException>(() => pair.Server.ReceiveAsync());
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [Fact]
    public async Task A_close_with_unread_data_looks_as_a_real_capture_of_it_does()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        var capture = await RelayedAsync(pair, async () =>
        {
            await pair.ConnectAsync();
            await pair.Client.SendAsync("read this");
            await pair.Server.WaitForDataAsync();
            pair.Server.Close();
        });

        Assert.Equal(Steps(Capture.Shipped("unread")), Steps(capture));
    }

    [Fact]
    public async Task A_refused_connection_is_a_syn_and_a_reset()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        await pair.StopAsync();
        var capture = await RelayedAsync((NetworkService)pair, async address =>
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await client.ConnectAsync(address);
                await client.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // The relay has accepted the connection, but cannot connect in turn, and resets it.
            }
        });

        Assert.Equal(Steps(Capture.Shipped("refused")), Steps(capture));
    }

    [Fact]
    public async Task A_datagram_and_its_answer_look_as_a_real_capture_of_them_does()
    {
        await using var server = UdpTimeServer.Start(TestServers.FreshName("time"));
        await using var client = UdpSocket.Open();
        var capture = await RelayedAsync(server, async address =>
        {
            client.Send("What time is it?", address);
            await client.ReceiveAsync();
        });

        Assert.Equal(2, capture.Packets.Count);
        Assert.Equal("What time is it?", Text(capture[1]));
        Assert.Equal((client.EndPoint.Port, server.EndPoint.Port), (capture[1].Source!.Port, capture[1].Destination!.Port));
        Assert.Equal(Capture.Shipped("time").Ladder().Parties, capture.Ladder().Parties);
    }

    [Fact]
    public async Task No_datagram_is_missed_although_nobody_waits_for_an_answer()
    {
        await using var receiver = UdpTimeServer.Start(TestServers.FreshName("time"));
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        const int count = 200;
        var capture = await RelayedAsync(receiver, address =>
        {
            for (var i = 0; i < count; i++)
            {
                sender.SendTo(BitConverter.GetBytes(i), address);
            }

            return Task.CompletedTask;
        });

        var sent = capture.Packets.Where(packet => packet.Destination!.Equals(receiver.EndPoint));
        Assert.Equal(Enumerable.Range(0, count), sent.Select(packet => BitConverter.ToInt32(packet.Payload.Span)));
    }

    /// <summary>Every header is right: its checksums, its numbers and its length.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_said_the_packets_carry_it_in_order_and_are_intact(int seed)
    {
        var random = new Random(seed);
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        var (asked, answered) = (new MemoryStream(), new MemoryStream());
        var capture = await RelayedAsync(pair, async () =>
        {
            await pair.ConnectAsync();
            for (var i = 0; i < 30; i++)
            {
                var (from, to, said) = random.Next(2) == 0
                    ? (pair.Client, pair.Server, asked)
                    : (pair.Server, pair.Client, answered);
                var piece = new byte[random.Next(1, 40_000)];
                random.NextBytes(piece);
                said.Write(piece);
                await Task.WhenAll(from.SendAsync(piece), to.ReceiveExactlyAsync(piece.Length));
            }

            pair.Client.Close();
            Assert.Equal("", await pair.Server.ReceiveAsync());
            pair.Server.Close();
        });

        var from = capture.Packets.ToLookup(packet => packet.Destination!.Port == pair.Port);
        Assert.Equal(asked.ToArray(), from[true].SelectMany(packet => packet.Payload.ToArray()));
        Assert.Equal(answered.ToArray(), from[false].SelectMany(packet => packet.Payload.ToArray()));
        Assert.Equal(asked.Length + 2, from[false].Max(packet => packet.Position!.Acknowledgment));
        Assert.Equal(answered.Length + 2, from[true].Max(packet => packet.Position!.Acknowledgment));
        Assert.All(capture.Packets, packet => Assert.Equal("", packet.Position!.Remark));
        Assert.All(capture.Packets, packet => Assert.DoesNotMatch("wrong|not checked|begun", packet.View().ToString()));
        Assert.Equal(capture.Packets.OrderBy(packet => packet.Time), capture.Packets);
    }

    [Fact]
    public async Task More_than_is_kept_is_counted_and_cut_off()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        var much = new byte[3 << 20];
        var capture = await RelayedAsync(pair, async () =>
        {
            await pair.ConnectAsync();
            await Task.WhenAll(pair.Client.SendAsync(much), pair.Server.ReceiveExactlyAsync(much.Length));
            pair.Client.Close();
            pair.Server.Close();
        });

        Assert.Equal(much.Length, capture.Packets.Sum(packet => packet.PayloadLength));
        Assert.Contains(capture.Packets, packet => packet.IsCut);
        Assert.All(capture.Packets, packet => Assert.False(packet.Position!.IsRepeated));
    }

    [Fact]
    public async Task Many_clients_at_once_each_have_their_conversation()
    {
        await using var server = SixteenServer.Start(TestServers.FreshName("sixteen"), backlog: 64);
        var capture = await RelayedAsync(
            server, address => Task.WhenAll(Enumerable.Range(0, 40).Select(_ => SixteenClient.TalkAsync(address))));

        Assert.Equal(40, capture.Packets.Count(packet => packet.Tcp!.IsCall));
        foreach (var conversation in capture.Packets.ToLookup(packet =>
            packet.Destination!.Equals(server.EndPoint) ? packet.Source! : packet.Destination!))
        {
            var said = conversation.ToLookup(packet => packet.Destination!.Equals(server.EndPoint), Text);
            Assert.Equal("Hi there, server", string.Concat(said[true]));
            Assert.Equal(SixteenServer.Farewell, string.Concat(said[false]));
        }
    }

    [Fact]
    public async Task A_stranger_who_connects_to_a_pair_is_turned_away()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        await RelayedAsync(pair, async () =>
        {
            using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await stranger.ConnectAsync(pair.EndPoint);
            await pair.ConnectAsync();
            await pair.Client.SendAsync("it is me");
            Assert.Equal("it is me", await pair.Server.ReceiveExactlyAsync(8));
        });
    }

    [Fact]
    public async Task A_connection_that_is_still_open_goes_on_and_the_relay_ends_with_it()
    {
        await using var pair = TcpPair.Create(TestServers.FreshName("pair"));
        IPEndPoint? relay = null;
        var capture = await RelayedCapture.RunAsync(
            pair,
            async address =>
            {
                relay = address;
                await pair.ConnectAsync();
            },
            Reason,
            default);

        Assert.Equal(["SYN", "SYN, ACK", "ACK"], capture.Packets.Select(packet => packet.Tcp!.FlagNames));
        await pair.Client.SendAsync("still here");
        Assert.Equal("still here", await pair.Server.ReceiveExactlyAsync(10));
        pair.Client.Close();
        Assert.Equal("", await pair.Server.ReceiveAsync());
        pair.Server.Close();
        await Eventually.IsTrueAsync(
            () => RunningServers.All.All(running => !running.EndPoint.Equals(relay)),
            () => $"The relay at {relay} goes on.");
    }

    [Fact]
    public async Task What_the_block_throws_comes_out_and_the_relay_ends()
    {
        await using var server = SixteenServer.Start(TestServers.FreshName("sixteen"));
        IPEndPoint? relay = null;
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => RelayedCapture.RunAsync(
            server,
            address =>
            {
                relay = address;
                throw new InvalidTimeZoneException();
            },
            Reason,
            default));
        Assert.DoesNotContain(RunningServers.All, running => running.EndPoint.Equals(relay));
    }

    [NeedsFact(Need.Tshark)]
    public async Task Tshark_finds_nothing_wrong_with_the_packets()
    {
        await using var server = SixteenServer.Start(TestServers.FreshName("sixteen"));
        var capture = await RelayedAsync(server, address => SixteenClient.TalkAsync(address));
        var file = Path.GetTempFileName();
        try
        {
            capture.Write(file);
            string[] checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
            Assert.Equal("", Tshark.Run([.. checks, "-r", file, "-Y", "_ws.malformed || tcp.analysis.flags"]));
            var lines = Tshark.Run("-r", file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(capture.Packets.Count, lines.Length);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<Capture> RelayedAsync(TcpPair pair, Func<Task> block) => RelayedAsync(pair, _ => block());

    private static Task<Capture> RelayedAsync(NetworkService server, Func<IPEndPoint, Task> block) =>
        RelayedCapture.RunAsync(server, block, Reason, CancellationToken.None);

    /// <summary>
    /// What both ends did, one after the other: data that followed each other are one step, for a relay reads what has arrived;
    /// acknowledgments that carry nothing are none.
    /// </summary>
    private static List<string> Steps(Capture capture)
    {
        var steps = new List<string>();
        foreach (var packet in capture.Packets)
        {
            if (packet.Position!.Length == 0 && !packet.Tcp!.Has(ControlBits.Rst))
            {
                continue;
            }

            var side = packet.Destination!.Equals(capture.Packets[0].Destination) ? "→" : "←";
            var said = Text(packet);
            var flags = packet.Tcp!.Flags & (ControlBits.Syn | ControlBits.Fin | ControlBits.Rst);
            if (said.Length > 0 && steps.Count > 0 && steps[^1].StartsWith($"{side} \"", StringComparison.Ordinal))
            {
                steps[^1] += said;
            }
            else if (said.Length > 0)
            {
                steps.Add($"{side} \"{said}");
            }

            if (flags != ControlBits.None)
            {
                steps.Add($"{side} {flags} at {packet.Position!.Sequence}");
            }
        }

        return steps;
    }

    private static string Text(CapturedPacket packet) => Encoding.ASCII.GetString(packet.Payload.Span);
}
