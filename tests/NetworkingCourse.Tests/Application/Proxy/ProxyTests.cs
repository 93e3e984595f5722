using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>The behaviour of the forward proxy, seen by clients that write every byte themselves.</summary>
public class ProxyTests
{
    [Fact]
    public async Task A_request_is_handed_on_with_what_is_meant_for_the_origin_and_without_what_is_meant_for_the_proxy()
    {
        await using var world = new World(new ProxyOptions { Credentials = new ProxyCredentials("li", "secret") });
        var answer = await World.SendAsync(world.Proxy.EndPoint, $"""
            POST http://bench.test/echo?q=1 HTTP/1.1
            Host: somewhere-else.test
            Proxy-Authorization: {new ProxyCredentials("li", "secret").Field}
            Proxy-Connection: keep-alive
            Keep-Alive: timeout=5
            TE: trailers
            Upgrade: h2c
            Connection: close, X-Mine, Content-Length
            X-Mine: for the proxy
            X-Yours: for the origin
            Content-Length: 5

            tea=2
            """.ReplaceLineEndings("\r\n"));
        var echo = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer);
        Assert.Contains("\r\nVia: 1.1 course-proxy\r\n", answer);
        Assert.Contains("\r\nConnection: close\r\n", answer);
        const string forwarded =
            "POST /echo?q=1 HTTP/1.1\nHost: bench.test\nVia: 1.1 course-proxy\nContent-Length: 5\n"
            + "X-Yours: for the origin\n\ntea=2";
        Assert.Equal(forwarded.Split('\n').Order(), echo.Split('\n').Order());
    }

    [Fact]
    public async Task Requests_follow_each_other_on_one_connection_also_when_they_come_all_at_once()
    {
        await using var world = new World();
        var answer = await World.SendAsync(
            world.Proxy.EndPoint,
            "HEAD http://bench.test/length HTTP/1.1\r\nHost: a\r\n\r\n"
            + "\r\nGET http://bench.test/chunked HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET http://example.com/ HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;x=y\r\ntea\r\n0\r\nX-Sum: t\r\n\r\n"
            + "GET http://bench.test/status/404 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Equal(
            ["200", "200", "403", "200", "404"],
            answer.Split("HTTP/1.1 ").Skip(1).Where(part => char.IsAsciiDigit(part[0])).Select(part => part[..3]));
        Assert.Contains("\r\n\r\n" + "c\r\nline 1 of 3\n\r\nc\r\nline 2 of 3\n\r\nc\r\nline 3 of 3\n\r\n0\r\n\r\n", answer);
        Assert.Contains("\n\ntea", answer);
        Assert.Single(world.Proxy.Log.Events.Where(entry => entry.ClientPort != 0).Select(entry => entry.ClientPort).Distinct());
    }

    public static TheoryData<string, string> NoOpenProxy => new()
    {
        { "403", "GET http://example.com/ HTTP/1.1" },
        { "403", "GET http://127.0.0.1/ HTTP/1.1" },
        { "403", "GET http://127.0.0.1:{open}/ HTTP/1.1" },
        { "403", "GET http://localhost:{open}/ HTTP/1.1" },
        { "403", "GET http://[::1]:{open}/ HTTP/1.1" },
        { "403", "GET http://[::ffff:127.0.0.1]:{open}/ HTTP/1.1" },
        { "403", "GET http://2130706433:{open}/ HTTP/1.1" },
        { "403", "GET http://0x7f.1:{open}/ HTTP/1.1" },
        { "403", "GET http://0:{open}/ HTTP/1.1" },
        { "403", "GET http://music.test:{open}/ HTTP/1.1" },
        { "403", "GET http://music.test:443/ HTTP/1.1" },
        { "403", "GET http://music.test.:80/ HTTP/1.1" },
        { "403", "GET http://music.test@127.0.0.1:{open}/ HTTP/1.1" },
        { "403", "GET http://127.0.0.1:{open}@music.test/ HTTP/1.1" },
        { "403", "GET http://user:password@music.test/ HTTP/1.1" },
        { "403", "GET http://music.test%2f.example.com/ HTTP/1.1" },
        { "400", "GET http://music.test\\.example.com/ HTTP/1.1" },
        { "400", "GET http://127.0.0.1:{open}\\@music.test/ HTTP/1.1" },
        { "400", "GET http:///music.test/ HTTP/1.1" },
        { "400", "GET http://music.test:{open}x/ HTTP/1.1" },
        { "400", "GET http://127.0.0.1:{open}#@music.test/ HTTP/1.1" },
        { "400", "GET http://music.test:-80/ HTTP/1.1" },
        { "400", "GET http://music.test:65616/ HTTP/1.1" },
        { "400", "GET https://music.test/ HTTP/1.1" },
        { "400", "GET ftp://music.test/ HTTP/1.1" },
        { "400", "GET / HTTP/1.1" },
        { "400", "GET //127.0.0.1:{open}/ HTTP/1.1" },
        { "403", "CONNECT 127.0.0.1:{open} HTTP/1.1" },
        { "403", "CONNECT 127.0.0.1:443 HTTP/1.1" },
        { "403", "CONNECT localhost:443 HTTP/1.1" },
        { "403", "CONNECT [::1]:443 HTTP/1.1" },
        { "403", "CONNECT example.com:443 HTTP/1.1" },
        { "403", "CONNECT music.test:{open} HTTP/1.1" },
        { "403", "CONNECT music.test:80 HTTP/1.1" },
        { "403", "CONNECT music.test:22 HTTP/1.1" },
        { "403", "CONNECT raw.test:443 HTTP/1.1" },
        { "400", "CONNECT music.test@127.0.0.1:443 HTTP/1.1" },
        { "400", "CONNECT music.test HTTP/1.1" },
        { "400", "CONNECT http://music.test:443 HTTP/1.1" },
        { "400", "CONNECT :443 HTTP/1.1" },
        { "400", "CONNECT music.test: HTTP/1.1" },
    };

    [Theory]
    [MemberData(nameof(NoOpenProxy))]
    public async Task It_is_no_open_proxy(string status, string request)
    {
        await using var world = new World();
        using var open = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        open.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        open.Listen();
        request = request.Replace("{open}", $"{((IPEndPoint)open.LocalEndPoint!).Port}", StringComparison.Ordinal);

        // Whatever the Host field says.
        var answer = await World.SendAsync(world.Proxy.EndPoint, $"{request}\r\nHost: music.test\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains("This is the proxy speaking", answer);
        Assert.False(open.Poll(0, System.Net.Sockets.SelectMode.SelectRead), "it connected");
        Assert.Empty(world.Proxy.Tunnels);
        Assert.DoesNotContain(world.Internet.Origin.Log.Events, entry => entry.Kind == WebEventKind.Answered);
        Assert.Equal(status, (await world.Proxy.Log.WaitForAsync(WebEventKind.Refused)).Outcome);
    }

    [Theory]
    [InlineData("400", "GET http://bench.test/echo HTTP/1.1\r\n\r\n")]
    [InlineData("400", "GET http://bench.test/echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("400", "GET http://bench.test/echo HTTP/1.1\r\nHost : a\r\n\r\n")]
    [InlineData("400", "GET http://bench.test/echo HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n")]
    [InlineData("400", "GET http://bench.test/echo HTTP/1.1\r\nHost: a\0b\r\n\r\n")]
    [InlineData("400", "GET http://bench.test/echo HTTP/1.1\r\nHost: a\nX: b\r\n\r\n")]
    [InlineData(
        "400",
        "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("400", "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")]
    [InlineData("400", "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n")]
    [InlineData("400", "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc")]
    [InlineData("501", "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("400", "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("400", "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData(
        "400",
        "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n")]
    [InlineData("400", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc")]
    [InlineData("405", "TRACE http://bench.test/echo HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(
        "400", "POST http://bench.test/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;=\r\na\r\n0\r\n\r\n")]
    [InlineData("505", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task What_is_no_request_or_could_be_read_in_two_ways_is_refused(string status, string bytes)
    {
        await using var world = new World();
        // Another request follows: nothing may read it, or the rest of the first, as a request.
        var answer = await World.SendAsync(
            world.Proxy.EndPoint,
            bytes + "GET http://bench.test/smuggled HTTP/1.1\r\nHost: bench.test\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains("\r\nConnection: close\r\n", answer);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length);
        Assert.DoesNotContain(world.Internet.Origin.Log.Events, entry => entry.Kind == WebEventKind.Answered);
    }

    [Fact]
    public async Task Who_is_answered_before_it_has_sent_all_is_not_taken_for_another_client()
    {
        await using var world = new World();
        // The body never arrives, and the address takes none: the answer comes, and the connection ends.
        var answer = await World.SendAsync(
            world.Proxy.EndPoint,
            "POST http://bench.test/length HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n"
            + "GET http://bench.test/smuggled HTTP/1.1\r\n");
        Assert.StartsWith("HTTP/1.1 405 ", answer);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length);
        Assert.Contains("part of a body up", (await world.Proxy.Log.WaitForAsync(WebEventKind.Forwarded)).Detail);
    }

    [Fact]
    public async Task A_head_without_end_is_cut_short()
    {
        await using var world = new World();
        var answer = await World.SendAsync(
            world.Proxy.EndPoint,
            $"GET http://bench.test/echo HTTP/1.1\r\nHost: a\r\nX: {new string('x', 40_000)}");
        Assert.StartsWith("HTTP/1.1 431 ", answer);
        Assert.Contains("of more than", answer);
    }

    [Fact]
    public async Task HttpClient_is_asked_who_it_is_and_says_so()
    {
        var credentials = new ProxyCredentials("li", "secret");
        await using var world = new World(new ProxyOptions { Credentials = credentials });
        foreach (var address in new[] { "http://music.test/", "https://music.test/" })
        {
            Assert.Contains("网易云音乐", await world.Client().GetStringAsync(address));
            using var stranger = world.Client(handler => ((SchemeProxy)handler.Proxy!).Credentials = null);
            if (address.StartsWith("https", StringComparison.Ordinal))
            {
                var refused = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(address));
                Assert.Equal(HttpRequestError.ProxyTunnelError, refused.HttpRequestError);
            }
            else
            {
                using var response = await stranger.GetAsync(address);
                Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
            }
        }

        Assert.DoesNotContain("secret", world.Proxy.ToHtml() + world.Proxy.Log);
    }

    [Theory]
    [InlineData("Basic bGk6c2VjcmV0", true)]
    [InlineData("basic bGk6c2VjcmV0", true)]
    [InlineData("Basic bGk6c2VjcmV0IQ==", false)]
    [InlineData("Basic bGk6", false)]
    [InlineData("Basic", false)]
    [InlineData("Basic ???", false)]
    [InlineData("Bearer bGk6c2VjcmV0", false)]
    [InlineData("", false)]
    public void Credentials_match_what_was_made_of_them(string field, bool match) =>
        Assert.Equal(match, new ProxyCredentials("li", "secret").Match(field));

    [Fact]
    public async Task The_log_says_what_it_saw_everything_in_clear_and_in_a_tunnel_nothing()
    {
        await using var world = new World();
        var form = new FormUrlEncodedContent([new("user", "li"), new("password", "open-sesame")]);
        await world.Client().PostAsync("http://bench.test/form", form);
        await world.Proxy.Log.WaitForAsync(WebEventKind.Forwarded); // logged a moment after the client has its answer
        Assert.Contains("user=li&password=open-sesame", world.Proxy.Log.ToString());

        await using var other = new World();
        using (var client = other.Client())
        {
            await client.PostAsync(
                "https://bench.test/form",
                new FormUrlEncodedContent([new("user", "li"), new("password", "open-sesame")]));
        }

        await other.Proxy.Log.WaitForAsync(WebEventKind.TunnelClosed);
        Assert.DoesNotContain("open-sesame", other.Proxy.Log.ToString());
        Assert.DoesNotContain("/form", other.Proxy.Log.ToString());
        var tunnel = Assert.Single(other.Proxy.Tunnels);
        Assert.Equal("bench.test:443", tunnel.Target);
        // Only the name can be read, in the client's first message.
        Assert.Contains("bench.test", Encoding.Latin1.GetString(tunnel.Up.First));
        Assert.Contains("bench.test:443", tunnel.ToString());
    }

    [Fact]
    public async Task An_origin_that_has_gone_is_a_bad_gateway()
    {
        await using var world = new World();
        await world.Internet.Origin.StopAsync(TimeSpan.Zero);
        Assert.StartsWith("HTTP/1.1 502 ", await World.SendAsync(
            world.Proxy.EndPoint,
            "GET http://music.test/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 502 ", await World.SendAsync(
            world.Proxy.EndPoint,
            "CONNECT music.test:443 HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
}
