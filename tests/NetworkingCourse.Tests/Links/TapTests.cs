using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;
using NetworkingCourse.Links;

namespace NetworkingCourse.Tests.Links;

public class TapTests
{
    [Fact]
    public async Task What_is_written_and_read_is_passed_on_unchanged_and_recorded()
    {
        var (one, other) = await PairAsync();
        var tap = new Tap();
        await using var tapped = tap.On(one);

        await tapped.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        var asked = new byte[100];
        Assert.Equal(18, await other.ReadAsync(asked));
        await other.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray());
        var answered = new byte[100];
        Assert.Equal(27, await tapped.ReadAsync(answered));
        await other.DisposeAsync();
        Assert.Equal(0, await tapped.ReadAsync(answered));
        await tapped.DisposeAsync();

        Assert.Equal(asked[..18], tap.Sent);
        Assert.Equal(answered[..27], tap.Received);
        Assert.Equal(
            [
                "client → server · connect",
                "client → server · GET / HTTP/1.1 · 18 bytes",
                "server → client · HTTP/1.1 204 No Content · 27 bytes",
                "server → client · FIN",
                "client → server · FIN",
            ],
            tap.Recording.Events.Select(passage => passage.ToString()));
        Assert.Equal(5, tap.Ladder().Messages.Count);
    }

    [Fact]
    public void All_ways_to_read_and_write_are_heard()
    {
        var tap = new Tap();
        using (var stream = tap.On(new MemoryStream()))
        {
            stream.Write([1, 2], 0, 2);
            stream.Write((ReadOnlySpan<byte>)[3]);
            stream.WriteByte(4);
        }

        using (var stream = tap.On(new MemoryStream([5, 6, 7, 8])))
        {
            Assert.Equal(5, stream.ReadByte());
            Assert.Equal(1, stream.Read(new byte[1], 0, 1));
            Assert.Equal(2, stream.Read(new byte[9].AsSpan()));
        }

        Assert.Equal([1, 2, 3, 4], tap.Sent);
        Assert.Equal([5, 6, 7, 8], tap.Received);
        Assert.Equal(2, tap.Recording.Connections);
        Assert.Equal([5, 6, 7, 8], tap.Recording.BytesFrom("server", connection: 2));
        Assert.Throws<ArgumentException>(() => tap.Recording.BytesFrom("nobody"));
    }

    [Fact]
    public async Task A_reset_is_in_the_recording_once_and_still_thrown()
    {
        var (one, other) = await PairAsync();
        var tap = new Tap();
        await using var tapped = tap.On(one);
        other.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        other.Socket.Dispose();

        await Assert.ThrowsAsync<IOException>(async () => await tapped.ReadExactlyAsync(new byte[1]));

        Assert.Equal("server → client · reset", tap.Recording.Events[^1].ToString());
        Assert.Equal(
            "connection 1: server → client · reset",
            $"connection {tap.Recording.Events[^1].Connection}: {await tap.Recording.WaitForAsync(StreamEventKind.Broken)}");
    }

    [Fact]
    public void Of_the_bytes_only_the_first_are_kept_and_all_are_counted()
    {
        var tap = new Tap(maxBytes: 1000);
        using var stream = tap.On(new MemoryStream());
        for (var i = 0; i < 20_000; i++)
        {
            stream.Write(new byte[10]);
        }

        Assert.Equal(200_000, tap.Recording.CountFrom("client"));
        // The oldest passages, among them those with the kept bytes, have made room for new ones.
        Assert.InRange(tap.Recording.Events.Count, 1, 16_384);
        Assert.True(tap.Sent.Length <= 1000);
        Assert.Contains("200,000 bytes from client", tap.Recording.Summary(), StringComparison.Ordinal);
        Assert.InRange(tap.ToHtml().Length, 1, 100_000);
    }

    [Fact]
    public void Pieces_of_one_thing_are_one_arrow_and_an_answer_between_them_parts_them()
    {
        var recording = new Recording("client", "server", 1000);
        void Send(bool fromClient, string text) =>
            recording.Write(1, fromClient, StreamEventKind.Bytes, Encoding.ASCII.GetBytes(text), sent: 1000);
        recording.NextConnection();
        Send(true, "GET / ");
        Send(true, "HTTP/1.1\r\n");
        Send(false, "100 Continue\r\n");
        Send(true, "body");

        Assert.Equal(
            ["GET / HTTP/1.1 · 16 bytes", "100 Continue · 14 bytes", "body · 4 bytes"],
            recording.Ladder().Messages.Select(message => message.Label));
    }

    [Fact]
    public void Several_recordings_make_one_ladder_and_connections_are_numbered_where_there_are_many()
    {
        var (left, right) = (new Recording("client", "proxy", 100), new Recording("proxy", "origin", 100));
        left.Write(left.NextConnection(), fromLeft: true, StreamEventKind.Opened);
        left.Write(left.NextConnection(), fromLeft: true, StreamEventKind.Opened);
        right.Write(right.NextConnection(), fromLeft: false, StreamEventKind.Bytes, [23, 3, 3, 0, 1, 0]);

        var ladder = Recording.Ladder("both", [left, right]);

        Assert.Equal(["client", "proxy", "origin"], ladder.Parties);
        Assert.Equal(
            ["[1] connect", "[2] connect", "[1] TLS application data · 6 bytes"],
            ladder.Messages.Select(message => message.Label));
        Assert.Equal(MessageKind.Opaque, ladder.Messages[2].Kind);
    }

    [Theory]
    [InlineData("1603010001001703030001001703030001aa", "TLS handshake, application data ×2 · 18 bytes")]
    [InlineData("16030300ff01", "TLS handshake · 6 bytes")]
    [InlineData("1604", "2 bytes")]
    [InlineData("00", "1 byte")]
    [InlineData("c3a4", "2 bytes")]
    [InlineData("0d0a", "2 bytes")]
    [InlineData("", "0 bytes")]
    public void The_gist_of_bytes_is_their_first_line_their_TLS_records_or_their_number(string hex, string gist) =>
        Assert.Equal(gist, PayloadSummary.Of(Convert.FromHexString(hex), hex.Length / 2));

    private static async Task<(NetworkStream One, NetworkStream Other)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        return (
            new NetworkStream(client, ownsSocket: true),
            new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
    }
}
