using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Network;

/// <summary>A program in the small internet talks to a real server, through loss and address translation.</summary>
public sealed class InternetStreamTests
{
    private static readonly ProtocolOptions Patient = new() { MaxTries = 1000 };

    [Fact]
    public async Task Whatever_is_lost_the_answer_is_that_of_the_server()
    {
        await using var server = Architecture.Async.Start();
        Gen.Select(Gen.Int[1, 1000], Gen.Int[0, 40], Gen.Int[1, 900], Gen.Int[1, 3000], Gen.Int[0, 2]).Sample(
            (seed, loss, segmentBytes, length, protocol) =>
            {
                using var stream = Home(loss, seed).Connect(
                    "pc", "server", server.EndPoint, ReliableProtocol.All[protocol], Patient, Chunks(segmentBytes));
                var question = new string('q', length);
                return Exercises.AskOver.Reference(stream, question + "?") == question + "."
                    && Exercises.AskOver.Reference(stream, "And again?") == "And again.";
            },
            iter: 60);
    }

    [Fact]
    public async Task The_ladder_shows_every_packet_on_every_link_and_what_the_server_got()
    {
        await using var server = Architecture.Async.Start();
        var internet = Home(loss: 30, seed: 3);
        // All neighbours know each other before: a lost ARP request is no packet of the conversation.
        Assert.NotEqual(0, internet.Ping("pc", "server", count: 30).Answered);
        var before = Dropped(internet);
        var stream = internet.Connect("pc", "server", server.EndPoint, options: Patient, name: "mine");
        Exercises.AskOver.Reference(stream, new string('q', 2500) + "?");
        stream.Dispose();

        var ladder = stream.Ladder();
        Assert.Equal(["pc", "home", "isp", "server", "mine"], ladder.Parties);
        Assert.Equal(
            Dropped(internet) - before,
            ladder.Messages.Count(message => message.Kind == MessageKind.Lost));
        Assert.Equal(
            stream.Transmissions,
            ladder.Messages.Count(message => message.Label.StartsWith("data", StringComparison.Ordinal)
                && (message.From == "pc" || (message.From == "server" && message.To != "mine"))));
        Assert.Equal(["2,501 bytes"], ladder.Messages.Where(message => message.To == "mine").Select(message => message.Label));
        Assert.Equal(2501, ladder.Messages.Where(message => message.From == "mine").Sum(Bytes));
        Assert.InRange(stream.Retransmissions, 1, stream.Transmissions - 6);
    }

    [Fact]
    public async Task A_server_that_closes_ends_the_stream_and_one_that_resets_breaks_it()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        foreach (var linger in new[] { false, true })
        {
            using var stream = Home().Connect("pc", "server", (IPEndPoint)listener.LocalEndPoint!);
            var peer = await listener.AcceptAsync();
            stream.Write("Are"u8);
            Assert.Equal(3, await peer.ReceiveAsync(new byte[10]));
            peer.LingerState = new LingerOption(linger, 0);
            peer.Dispose();
            if (linger)
            {
                Assert.Throws<IOException>(() => stream.Read(new byte[10]));
            }
            else
            {
                Assert.Equal(0, stream.Read(new byte[10]));
                Assert.Equal(0, stream.Read(new byte[10]));
            }
        }
    }

    [Fact]
    public async Task A_server_that_speaks_first_cannot_be_answered_to_a_program_that_is_not_known()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var stream = Home().Connect("pc", "server", (IPEndPoint)listener.LocalEndPoint!);
        using var peer = await listener.AcceptAsync();
        await peer.SendAsync("220 ready"u8.ToArray());
        var exception = Assert.Throws<InvalidOperationException>(() => stream.Read(new byte[10]));
        Assert.Contains("write first", exception.Message);
    }

    [Fact]
    public async Task What_cannot_be_carried_says_why()
    {
        await using var server = Architecture.Async.Start();
        var cut = Home();
        using (var stream = cut.Connect("pc", "server", server.EndPoint))
        {
            cut.Cut("home", "isp");
            Assert.Contains("never acknowledged", Assert.Throws<IOException>(() => stream.Write("Hello?"u8)).Message);
        }

        using (var wrong = Home().Connect("pc", "server", server.EndPoint, segments: bytes => [bytes[1..]]))
        {
            Assert.Throws<InvalidOperationException>(() => wrong.Write("Hello?"u8));
        }

        Assert.Contains(
            "not on this machine",
            Assert.Throws<ArgumentException>(() => Home().Connect("pc", "server", new IPEndPoint(0x01020304, 80))).Message);
        Assert.Throws<ArgumentException>(() => Home().Connect("pc", "nobody", server.EndPoint));
    }

    [Fact]
    public async Task Where_no_server_listens_the_connection_is_refused()
    {
        var server = Architecture.Sequential.Start(name: "gone");
        await server.StopAsync();
        Assert.Throws<SocketException>(() => Home().Connect("pc", "server", server.EndPoint));
    }

    private static Func<byte[], IReadOnlyList<byte[]>> Chunks(int most) => bytes => [.. bytes.Chunk(most)];

    private static int Dropped(Internet internet) =>
        internet.Drops().Rows.Sum(row => int.Parse(row[2]!, CultureInfo.InvariantCulture));

    private static int Bytes(LadderMessage message) =>
        int.Parse(message.Label.Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static Internet Home(int loss = 0, int seed = 1) => Internet.Of(
        InvariantText.Format($"""
        host   pc     192.168.1.10/24 via 192.168.1.1
        host   server 203.0.113.10/24 via 203.0.113.1
        router home   nat 198.51.100.2
        router isp
        link   pc home=192.168.1.1/24 delay 1ms
        link   home=198.51.100.2/30 isp=198.51.100.1/30 delay 9ms loss {loss}%
        link   isp=203.0.113.1/24 server delay 5ms
        """),
        seed);
}
