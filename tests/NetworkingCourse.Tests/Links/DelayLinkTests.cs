using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Links;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Links;

/// <summary>Runs alone because some of these tests count what the process holds, and all depend on time.</summary>
[Collection(Alone.Name)]
public sealed class DelayLinkTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _deadline = new(Limit);
    private DelayLink _link = null!;

    public Task InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Start(TimeSpan.FromMilliseconds(20));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _link.StopAsync(TimeSpan.Zero);

    public void Dispose()
    {
        _listener.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Bytes_arrive_whole_in_order_and_not_earlier_than_half_a_round_trip_after_they_were_sent()
    {
        var (client, server) = await ConnectAsync();
        var sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);

        var sending = SendAllAsync(client, sent);
        var received = await ReceiveAsync(server, sent.Length);
        await sending;
        await SendAllAsync(server, received);

        Assert.Equal(sent, await ReceiveAsync(client, sent.Length));
        await _link.Recording.WaitForAsync(StreamEventKind.Bytes, "server");
        var least = _link.RoundTrip / 2 - TimeSpan.FromMilliseconds(0.5);
        Assert.All(
            _link.Recording.Events,
            passage => Assert.True(Stopwatch.GetElapsedTime(passage.Sent, passage.Received) >= least, passage.ToString()));
        Assert.Equal(3_000_000, _link.Recording.CountFrom("client"));
    }

    [Fact]
    public async Task A_question_and_its_answer_take_a_round_trip_and_the_connection_another_one()
    {
        Start(TimeSpan.FromMilliseconds(60));
        var start = Stopwatch.GetTimestamp();
        var (client, server) = await ConnectAsync();
        await AskAsync(client, server);
        var withConnection = Stopwatch.GetElapsedTime(start);

        start = Stopwatch.GetTimestamp();
        await AskAsync(client, server);
        var alone = Stopwatch.GetElapsedTime(start);

        // Never less than in theory; how much more depends on the machine.
        Assert.True(withConnection >= _link.RoundTrip * 2 - TimeSpan.FromMilliseconds(1), withConnection.ToString());
        Assert.True(alone >= _link.RoundTrip - TimeSpan.FromMilliseconds(1), alone.ToString());
    }

    [Fact]
    public async Task A_server_that_speaks_first_is_heard_two_round_trips_after_the_client_began()
    {
        Start(TimeSpan.FromMilliseconds(50));
        var start = Stopwatch.GetTimestamp();
        var (client, server) = await ConnectAsync();
        await SendAllAsync(server, [1]);
        await ReceiveAsync(client, 1);

        Assert.True(Stopwatch.GetElapsedTime(start) >= _link.RoundTrip * 2 - TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task The_round_trip_time_can_be_changed_while_it_runs()
    {
        var (client, server) = await ConnectAsync();
        await AskAsync(client, server);
        _link.RoundTrip = TimeSpan.FromMilliseconds(300);
        var start = Stopwatch.GetTimestamp();
        await AskAsync(client, server);
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(299));

        _link.RoundTrip = TimeSpan.Zero;
        await AskAsync(client, server);
        var last = (await _link.Recording.WaitForAsync(StreamEventKind.Bytes, "server", count: 3)).Received;
        Assert.True(last > 0);
    }

    [Fact]
    public async Task A_half_close_is_passed_on_and_the_other_half_still_carries_bytes()
    {
        var (client, server) = await ConnectAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server.ReceiveAsync(new byte[1], _deadline.Token));

        await SendAllAsync(server, [1, 2, 3]);
        Assert.Equal([1, 2, 3], await ReceiveAsync(client, 3));
        server.Dispose();
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], _deadline.Token));
        await Eventually.IsTrueAsync(() => _link.Open == 0, () => "the connection is still open");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_of_either_side_is_a_reset_for_the_other_and_stands_in_the_recording_once(bool ofClient)
    {
        var (client, server) = await ConnectAsync();
        await AskAsync(client, server);
        var (rude, victim) = ofClient ? (client, server) : (server, client);
        rude.LingerState = new LingerOption(enable: true, seconds: 0);
        rude.Dispose();

        var exception = await Assert.ThrowsAsync<SocketException>(
            async () => await victim.ReceiveAsync(new byte[1], _deadline.Token));

        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        await Eventually.IsTrueAsync(() => _link.Open == 0, () => "the connection is still open");
        var broken = Assert.Single(_link.Recording.Events, passage => passage.Kind == StreamEventKind.Broken);
        Assert.Equal((ofClient ? "client" : "server", "reset"), (broken.From, broken.Detail));
    }

    [Fact]
    public async Task Who_sends_to_a_peer_that_has_gone_is_told_by_a_reset()
    {
        var (client, server) = await ConnectAsync();
        await AskAsync(client, server);
        client.Dispose();

        var exception = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await server.SendAsync(new byte[1000], _deadline.Token);
            }
        });

        Assert.Contains(
            exception.SocketErrorCode,
            new[] { SocketError.ConnectionReset, SocketError.Shutdown, SocketError.ConnectionAborted });
        await Eventually.IsTrueAsync(() => _link.Open == 0, () => "the connection is still open");
    }

    [Fact]
    public async Task Where_nobody_listens_the_client_is_reset_and_the_recording_says_why()
    {
        _listener.Dispose();
        using var client = await ClientAsync();

        await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1], _deadline.Token));

        Assert.Equal("connection refused", (await _link.Recording.WaitForAsync(StreamEventKind.Broken)).Detail);
    }

    [Fact]
    public async Task A_receiver_that_never_reads_stops_the_sender_and_not_the_others()
    {
        var (client, neverReads) = await ConnectAsync();
        using var kept = neverReads; // otherwise the garbage collector would close it
        var flood = SendAllAsync(client, new byte[100_000_000]);
        var (other, server) = await ConnectAsync();

        await AskAsync(other, server);

        Assert.False(flood.IsCompleted);
        client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => flood);
    }

    [Fact]
    public async Task Stopping_delivers_what_is_under_way_resets_what_is_open_and_leaves_nothing()
    {
        var before = Held.Now();
        Start(TimeSpan.FromMilliseconds(200));
        var (client, server) = await ConnectAsync();
        await AskAsync(client, server);
        await SendAllAsync(client, [9]);
        await _link.Recording.WaitForAsync(StreamEventKind.Granted);

        // One byte may still be in the system's buffers; wait until the link has it.
        await Eventually.IsTrueAsync(
            () => _link.InFlight > 0 || _link.Recording.CountFrom("client") == 2,
            () => "the link has not seen the byte");
        var receiving = ReceiveAsync(server, 1); // before the reset, which discards whatever has not been read
        await _link.StopAsync();

        Assert.Equal([9], await receiving);
        await Assert.ThrowsAsync<SocketException>(async () => await server.ReceiveAsync(new byte[1], _deadline.Token));
        Assert.DoesNotContain(_link, RunningServers.All);
        client.Dispose();
        server.Dispose();
        await before.HoldsNoMoreSocketsAsync();
        await _link.StopAsync();
    }

    [Fact]
    public async Task Two_hundred_connections_that_come_and_go_leave_nothing()
    {
        Start(TimeSpan.FromMilliseconds(2));
        var before = Held.Now();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = _deadline.Token };
        await Parallel.ForAsync(0, 200, options, async (i, _) =>
        {
            using var client = await ClientAsync();
            using var server = await _listener.AcceptAsync(_deadline.Token);
            if (i % 3 == 0)
            {
                client.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            else
            {
                await SendAllAsync(client, [1]);
            }
        });

        await Eventually.IsTrueAsync(() => _link.Open == 0, () => $"{_link.Open} open");
        await before.HoldsNoMoreSocketsAsync();
    }

    [Fact]
    public void Only_loopback_and_times_that_make_sense()
    {
        Assert.Throws<ArgumentException>(() => DelayLink.Start(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80), TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => DelayLink.Start(new IPEndPoint(IPAddress.Loopback, 80), TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _link.RoundTrip = TimeSpan.FromHours(1));
        Assert.Equal(IPAddress.Loopback, _link.EndPoint.Address);
    }

    private void Start(TimeSpan roundTrip) =>
        _link = DelayLink.Start((IPEndPoint)_listener.LocalEndPoint!, roundTrip, "link under test");

    private async Task<Socket> ClientAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(_link.EndPoint, _deadline.Token);
        return client;
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync() =>
        (await ClientAsync(), await _listener.AcceptAsync(_deadline.Token));

    private async Task AskAsync(Socket client, Socket server)
    {
        await SendAllAsync(client, "?"u8.ToArray());
        await ReceiveAsync(server, 1);
        await SendAllAsync(server, "."u8.ToArray());
        await ReceiveAsync(client, 1);
    }

    private async Task SendAllAsync(Socket socket, byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), _deadline.Token);
        }
    }

    private async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(received), _deadline.Token);
            Assert.True(more > 0, $"It ended after {received} of {count} bytes.");
            received += more;
        }

        return bytes;
    }
}
