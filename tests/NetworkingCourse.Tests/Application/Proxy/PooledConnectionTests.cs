using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Links;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application;

/// <summary>The connection to an origin that the proxy keeps for a client: when it is reused, and when it must not be.</summary>
public sealed class PooledConnectionTests : IAsyncLifetime, IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly TcpListener _origin = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _limit = new(World.Deadline);
    private readonly ForwardProxy _proxy;

    public PooledConnectionTests()
    {
        _origin.Start();
        var names = new CourseNames();
        names.Add("a.test", 80, (IPEndPoint)_origin.LocalEndpoint);
        _proxy = ForwardProxy.Start(names, new ProxyOptions { Name = TestServers.FreshName("proxy") });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _proxy.StopAsync(TimeSpan.Zero);

    public void Dispose()
    {
        _origin.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task A_client_that_asks_again_needs_no_other_connection_and_another_client_does()
    {
        var behind = new Tap("proxy", "origin");
        await using var world = new World(new ProxyOptions { Tap = behind });
        var get = "GET http://bench.test/length HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET http://music.test/ HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET http://bench.test/chunked HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        Assert.Equal(4, (await World.SendAsync(world.Proxy.EndPoint, get)).Split("HTTP/1.1 200 ").Length);
        Assert.Equal(1, behind.Recording.Connections);
        Assert.Equal(4, (await World.SendAsync(world.Proxy.EndPoint, get)).Split("HTTP/1.1 200 ").Length);
        Assert.Equal(2, behind.Recording.Connections);
    }

    [Fact]
    public async Task What_may_not_be_done_twice_has_a_connection_of_its_own()
    {
        var behind = new Tap("proxy", "origin");
        await using var world = new World(new ProxyOptions { Tap = behind });
        var post = "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntea";
        var answer = await World.SendAsync(
            world.Proxy.EndPoint,
            post + post + "GET http://bench.test/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Equal(4, answer.Split("HTTP/1.1 200 ").Length);
        Assert.Equal(2, behind.Recording.Connections); // the GET uses the connection of the last POST
    }

    [Theory]
    [InlineData("\r\n\r\n")] // reads the whole request, so that the connection ends in order
    [InlineData("/2 HTTP/1.1")] // reads only a part, so that it is reset
    public async Task A_server_that_closes_just_when_it_is_asked_again_is_asked_once_more(string read)
    {
        using var client = await World.ConnectAsync(_proxy.EndPoint);
        using (var first = await AskAsync(client, "/1"))
        {
            await AnswerAsync(first, client, Ok);
            await SendAsync(client, "/2");
            await World.ReadUntilAsync(first, read); // on the kept connection, which now ends without an answer
        }

        using var second = await _origin.AcceptSocketAsync(_limit.Token);
        Assert.StartsWith("GET /2 HTTP/1.1\r\n", await World.ReadUntilAsync(second, "\r\n\r\n"));
        await AnswerAsync(second, client, Ok);
    }

    [Fact]
    public async Task What_was_half_an_answer_is_not_asked_for_again()
    {
        using var client = await World.ConnectAsync(_proxy.EndPoint);
        using (var first = await AskAsync(client, "/1"))
        {
            await AnswerAsync(first, client, Ok);
            await SendAsync(client, "/2");
            await World.ReadUntilAsync(first, "\r\n\r\n");
            await first.SendAsync("HTTP/1.1 200 O"u8.ToArray(), _limit.Token);
        }

        Assert.Contains("inside the start line", await World.ReadUntilAsync(client, "</html>"));
        Assert.False(_origin.Pending());
    }

    [Fact]
    public async Task What_comes_unasked_on_a_kept_connection_is_nobodys_answer()
    {
        using var client = await World.ConnectAsync(_proxy.EndPoint);
        using var first = await AskAsync(client, "/1");
        await AnswerAsync(first, client, Ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        await SendAsync(client, "/2");
        using var second = await _origin.AcceptSocketAsync(_limit.Token);
        await World.ReadUntilAsync(second, "/2 HTTP/1.1");
        await AnswerAsync(second, client, Ok);
        Assert.Equal("", await World.ReadToEndAsync(first)); // the first connection is closed
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task A_server_that_wants_an_end_has_it(string answer)
    {
        using var client = await World.ConnectAsync(_proxy.EndPoint);
        using var first = await AskAsync(client, "/1");
        await AnswerAsync(first, client, answer);
        Assert.Equal("", await World.ReadToEndAsync(first));
        using var second = await AskAsync(client, "/2"); // the client's own connection stays open
        await AnswerAsync(second, client, Ok);
    }

    [Fact]
    public async Task Pieces_of_an_answer_are_handed_on_without_waiting_for_acknowledgments()
    {
        using var socket = await World.ConnectAsync((IPEndPoint)_origin.LocalEndpoint);
        socket.NoDelay = false;
        using var peer = new ProxyPeer(socket);
        Assert.True(socket.NoDelay);
    }

    [Fact]
    public async Task When_the_client_leaves_its_connection_to_the_server_ends()
    {
        using var first = await LeaveAsync();
        Assert.Equal("", await World.ReadToEndAsync(first));

        async Task<Socket> LeaveAsync()
        {
            using var client = await World.ConnectAsync(_proxy.EndPoint);
            var server = await AskAsync(client, "/1");
            await AnswerAsync(server, client, Ok);
            return server;
        }
    }

    [Fact]
    public async Task The_host_is_handed_on_even_if_the_client_calls_it_a_matter_of_its_hop()
    {
        using var client = await World.ConnectAsync(_proxy.EndPoint);
        await client.SendAsync(
            "GET http://a.test/ HTTP/1.1\r\nHost: a\r\nConnection: Host, X-Mine\r\nX-Mine: 1\r\n\r\n"u8.ToArray(),
            _limit.Token);
        using var server = await _origin.AcceptSocketAsync(_limit.Token);
        Assert.Equal(
            "GET / HTTP/1.1\r\nHost: a.test\r\nVia: 1.1 course-proxy\r\n\r\n",
            await World.ReadUntilAsync(server, "\r\n\r\n"));
        await AnswerAsync(server, client, Ok);
    }

    private static Task<int> SendAsync(Socket client, string path) =>
        client.SendAsync(Encoding.ASCII.GetBytes($"GET http://a.test{path} HTTP/1.1\r\nHost: a\r\n\r\n"), SocketFlags.None);

    // Sends a request that makes the proxy open a connection, and reads it at the other end.
    private async Task<Socket> AskAsync(Socket client, string path)
    {
        await SendAsync(client, path);
        var server = await _origin.AcceptSocketAsync(_limit.Token);
        Assert.StartsWith($"GET {path} HTTP/1.1\r\nHost: a.test\r\n", await World.ReadUntilAsync(server, "\r\n\r\n"));
        return server;
    }

    private async Task AnswerAsync(Socket server, Socket client, string answer)
    {
        await server.SendAsync(Encoding.ASCII.GetBytes(answer), _limit.Token);
        Assert.Contains(" 200 OK\r\n", await World.ReadUntilAsync(client, "\r\n\r\nok"));
    }
}
