using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Application;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Application.Caching;

/// <summary>The caching proxy on real sockets, between clients and origins that are polite or rude.</summary>
public sealed class CachingProxyTests : IAsyncLifetime
{
    private readonly SimulatedClock _clock = new();
    private readonly List<MessageServer> _servers = [];
    private SmallOrigin? _origin;
    private Func<HttpMessage, byte[]> _answer = _ => Response("max-age=60");

    public Task InitializeAsync()
    {
        _origin = SmallOrigin.Start(request => _answer(request), TestServers.FreshName("small origin"));
        _servers.Add(_origin);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.WhenAll(_servers.Select(server => server.StopAsync(TimeSpan.Zero)));

    [Fact]
    public async Task A_fresh_answer_is_given_again_with_its_age_and_a_stale_one_is_asked_for()
    {
        var cache = Cache();
        Assert.Equal((null, 1), await AgeAsync(cache));
        Advance(59);
        Assert.Equal(("59", 1), await AgeAsync(cache));
        Advance(1);
        Assert.Equal((null, 2), await AgeAsync(cache));
    }

    [Fact]
    public async Task Parts_of_the_learners_decide_in_the_same_way()
    {
        var cache = CachingProxy.Start(
            _origin!.EndPoint, _clock, name: TestServers.FreshName("cache"), parts: new CacheParts
            {
                FreshFor = Exercises.FreshFor.Reference,
                VaryKey = Exercises.VaryKey.Reference,
                MayStore = Exercises.MayStore.Reference,
            });
        _servers.Add(cache);
        Assert.Equal((null, 1), await AgeAsync(cache));
        Advance(59);
        Assert.Equal(("59", 1), await AgeAsync(cache));
        Advance(1);
        Assert.Equal((null, 2), await AgeAsync(cache));
        Assert.Equal(1, cache.Kept);
    }

    [Fact]
    public async Task A_part_that_stores_nothing_lets_every_request_pass()
    {
        var cache = CachingProxy.Start(
            _origin!.EndPoint, _clock, name: TestServers.FreshName("cache"), parts: new CacheParts { MayStore = _ => false });
        _servers.Add(cache);
        Assert.Equal((null, 1), await AgeAsync(cache));
        Assert.Equal((null, 2), await AgeAsync(cache));
        Assert.Equal(0, cache.Kept);
    }

    [Fact]
    public async Task The_age_of_the_cache_before_counts()
    {
        var (far, near) = (Cache(), (CachingProxy?)null);
        near = Cache(far.EndPoint);
        await AskAsync(far);
        Advance(40);
        Assert.Equal("40", (await AskAsync(near))["Age"]);
        Advance(19);
        Assert.Contains("ttl=1", (await AskAsync(near))["Cache-Status"]!.Split(", ")[^1], StringComparison.Ordinal);
        Advance(1);
        Assert.Contains("fwd=stale", (await AskAsync(near))["Cache-Status"]!.Split(", ")[^1], StringComparison.Ordinal);
        Assert.Equal(2, _origin!.Requests);
    }

    [Theory]
    [InlineData("max-age=60", true, 1)]
    [InlineData("max-age=0, s-maxage=60", true, 1)]
    [InlineData("max-age=0, s-maxage=60", false, 2)]
    [InlineData("max-age=60, private", true, 2)]
    [InlineData("max-age=60, private", false, 1)]
    [InlineData("MAX-AGE=60", true, 1)]
    [InlineData("max-age=\"60\"", true, 1)]
    [InlineData("max-age=60, no-cache", true, 2)]
    [InlineData("max-age=60, No-Store", false, 2)]
    [InlineData("max-age=soon", true, 2)]
    [InlineData("max-age=-60", true, 2)]
    [InlineData("max-age=", true, 2)]
    [InlineData("max-age=99999999999999", true, 1)]
    [InlineData("public", true, 2)]
    public async Task Two_requests_reach_the_origin_once_or_twice(string control, bool isShared, int atOrigin)
    {
        _answer = _ => Response(control);
        var cache = Cache(isShared: isShared);
        await AskAsync(cache);
        await AskAsync(cache);
        Assert.Equal(atOrigin, _origin!.Requests);
    }

    [Theory]
    [InlineData(0, 60, 1)]
    [InlineData(-7200, 60, 2)] // by the date it was born two hours ago
    [InlineData(7200, 60, 1)] // the origin's clock is ahead
    [InlineData(0, -60, 2)]
    public async Task Expires_is_compared_with_Date(int born, int lifetime, int atOrigin)
    {
        string Http(int seconds) => _clock.GetUtcNow().AddSeconds(seconds).ToString("r");
        _answer = _ => HttpWriter.Response(200, "OK", [("Date", Http(born)), ("Expires", Http(born + lifetime))], "page"u8);
        var cache = Cache();
        await AskAsync(cache);
        await AskAsync(cache);
        Assert.Equal(atOrigin, _origin!.Requests);
    }

    [Fact]
    public async Task A_304_makes_a_stale_answer_fresh_again_with_its_new_fields()
    {
        _answer = request => request["If-None-Match"] == "\"1\""
            ? HttpWriter.Response(304, "Not Modified", [("ETag", "\"1\""), ("Cache-Control", "max-age=100"), ("X-New", "yes")])
            : Response("max-age=60", "page", ("ETag", "\"1\""), ("X-Old", "yes"));
        var cache = Cache();
        await AskAsync(cache);
        Advance(60);
        var validated = await AskAsync(cache);
        Assert.Equal((200, "page", "yes", "yes"), (validated.Status, validated.Text, validated["X-Old"], validated["X-New"]));
        Advance(99);
        Assert.Equal("99", (await AskAsync(cache))["Age"]);
        Assert.Equal(2, _origin!.Requests);
    }

    [Fact]
    public async Task Representations_are_kept_apart_by_the_fields_that_Vary_names()
    {
        _answer = request => Response("max-age=60", request["Accept-Language"] ?? "none", ("Vary", "accept-language , X-Other"));
        var cache = Cache();
        for (var i = 0; i < 2; i++)
        {
            foreach (var language in (string[])["de", "en", "none"])
            {
                var fields = language == "none" ? [] : new[] { ("ACCEPT-Language", language) };
                Assert.Equal(language, (await AskAsync(cache, fields)).Text);
            }
        }

        Assert.Equal((3, 3), (_origin!.Requests, cache.Kept));
    }

    [Fact]
    public async Task An_answer_with_a_star_in_Vary_is_not_kept()
    {
        _answer = _ => Response("max-age=60", "page", ("Vary", "Accept, *"));
        var cache = Cache();
        await AskAsync(cache);
        Assert.Equal(0, cache.Kept);
    }

    [Theory]
    [InlineData("max-age=60", true, 2)]
    [InlineData("max-age=60", false, 1)]
    [InlineData("max-age=60, public", true, 1)]
    [InlineData("s-maxage=60", true, 1)]
    [InlineData("max-age=60, must-revalidate", true, 1)]
    public async Task What_needed_Authorization_is_shared_only_if_the_origin_says_so(string control, bool isShared, int atOrigin)
    {
        _answer = _ => Response(control);
        var cache = Cache(isShared: isShared);
        await AskAsync(cache, ("Authorization", "Basic x"));
        await AskAsync(cache, ("Authorization", "Basic y"));
        Assert.Equal(atOrigin, _origin!.Requests);
    }

    [Fact]
    public async Task The_least_recently_used_answer_is_forgotten()
    {
        var cache = Cache(room: 2);
        foreach (var path in "a b a c a b".Split(' '))
        {
            await AskAsync(cache, "/" + path);
        }

        Assert.Equal((4, 2), (_origin!.Requests, cache.Kept)); // a, b, c, and b again
    }

    [Fact]
    public async Task A_POST_is_passed_on_with_its_body_and_what_it_may_have_changed_is_forgotten()
    {
        var count = 0;
        _answer = request => request.Method == "POST"
            ? Response("no-store", $"took {request.Text}; {count = request.Text.Length}")
            : Response("max-age=60", $"{count}");
        var cache = Cache();
        Assert.Equal("0", (await AskAsync(cache)).Text);
        await using (var client = await HttpConnection.ConnectAsync(cache.EndPoint))
        {
            await client.SendAsync(HttpWriter.Request("POST", "/", "a.test", [("Transfer-Encoding", "chunked")],
                HttpWriter.Chunked(["1"u8.ToArray(), "2"u8.ToArray()])));
            Assert.Equal("took 12; 2", (await client.ReadAsync()).Text);
        }

        Assert.Equal("2", (await AskAsync(cache)).Text);
    }

    [Fact]
    public async Task The_answer_to_HEAD_has_no_body_and_is_not_taken_for_the_page()
    {
        _answer = request => request.Method == "HEAD"
            ? Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\n")
            : Response("max-age=60");
        var cache = Cache();
        await using var client = await HttpConnection.ConnectAsync(cache.EndPoint);
        await client.SendAsync(HttpWriter.Request("HEAD", "/", "a.test"));
        Assert.Equal("4", (await client.ReadAsync("HEAD"))["Content-Length"]);
        await client.SendAsync(HttpWriter.Request("GET", "/", "a.test"));
        Assert.Equal("page", (await client.ReadAsync()).Text);
    }

    public static TheoryData<string> TornAnswers => new()
    {
        "",
        "HTT",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConte",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
        "not HTTP at all\r\n\r\n",
    };

    [Theory]
    [MemberData(nameof(TornAnswers))]
    public async Task An_answer_that_is_cut_off_is_neither_passed_on_nor_kept(string torn)
    {
        _answer = _ => Encoding.ASCII.GetBytes(torn);
        var cache = Cache();
        Assert.Equal(502, (await AskAsync(cache)).Status);
        Assert.Equal(0, cache.Kept);
        _answer = _ => Response("max-age=60");
        Assert.Equal("page", (await AskAsync(cache)).Text);
    }

    [Fact]
    public async Task A_body_that_ends_with_the_connection_is_passed_on_but_not_kept()
    {
        _answer = _ => "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nwho knows"u8.ToArray();
        var cache = Cache();
        Assert.Equal("who knows", (await AskAsync(cache)).Text);
        Assert.Equal(0, cache.Kept);
    }

    [Theory]
    [InlineData("max-age=60", 200)]
    [InlineData("max-age=60, must-revalidate", 502)]
    [InlineData("s-maxage=60", 502)]
    public async Task A_stale_answer_serves_if_the_origin_is_gone_unless_that_is_forbidden(string control, int status)
    {
        _answer = _ => Response(control);
        var cache = Cache();
        await AskAsync(cache);
        Advance(90);
        await _origin!.StopAsync(TimeSpan.Zero);
        var answer = await AskAsync(cache);
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? "90" : null, answer["Age"]);
    }

    [Theory]
    [InlineData("max-age=60", 200)]
    [InlineData("max-age=60, must-revalidate", 504)]
    public async Task An_origin_that_does_not_answer_in_time_counts_as_gone(string control, int status)
    {
        using var released = new ManualResetEventSlim();
        var isSilent = false;
        _answer = _ =>
        {
            if (isSilent)
            {
                released.Wait();
            }

            return Response(control);
        };
        var cache = Cache(originDeadline: TimeSpan.FromMilliseconds(300));
        while ((await AskAsync(cache)).Status != 200)
        {
            // On a busy machine, even an answer at once may come too late.
        }

        isSilent = true;
        Advance(90);
        try
        {
            Assert.Equal(status, (await AskAsync(cache)).Status);
        }
        finally
        {
            released.Set();
        }
    }

    [Fact]
    public async Task Rude_clients_are_refused_or_left_alone_and_others_are_served()
    {
        var cache = Cache();
        Assert.StartsWith("HTTP/1.1 400 ", await World.SendAsync(cache.EndPoint, "hello\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 400 ", await World.SendAsync(cache.EndPoint, "GET / HTTP/1.1\r\n\r\n"));
        using (var silent = await World.ConnectAsync(cache.EndPoint))
        using (var half = await World.ConnectAsync(cache.EndPoint))
        {
            await half.SendAsync("GET / HT"u8.ToArray(), SocketFlags.None);
            Assert.Equal("page", (await AskAsync(cache)).Text);
        }

        using (var reset = await World.ConnectAsync(cache.EndPoint))
        {
            await reset.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\n"u8.ToArray(), SocketFlags.None);
            reset.LingerState = new LingerOption(true, 0);
        }

        Assert.Equal("page", (await AskAsync(cache)).Text);
    }

    [Fact]
    public async Task An_origin_that_closes_kept_connections_is_asked_on_a_new_one()
    {
        _answer = _ => Response("no-store");
        var cache = Cache();
        await AskAsync(cache);
        var port = _origin!.EndPoint.Port;
        await _origin.StopAsync(TimeSpan.Zero);
        _origin = SmallOrigin.Start(request => _answer(request), TestServers.FreshName("small origin"), port);
        _servers.Add(_origin);
        Assert.Equal("page", (await AskAsync(cache)).Text);
    }

    [Fact]
    public async Task HttpClient_is_served_by_a_cache_many_requests_at_once()
    {
        var cache = Cache();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = cache.Address };
        await client.GetStringAsync("/");
        var pages = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetStringAsync("/")));
        Assert.All(pages, page => Assert.Equal("page", page));
        Assert.Equal(1, _origin!.Requests);
        using var stored = await client.GetAsync("/");
        Assert.NotNull(stored.Headers.Age);
    }

    [Fact]
    public void A_cache_leads_to_loopback_only() =>
        Assert.Throws<ArgumentException>(() => CachingProxy.Start(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80)));

    private static byte[] Response(string control, string text = "page", params (string Name, string Value)[] fields) =>
        HttpWriter.Response(200, "OK", [("Cache-Control", control), .. fields], Encoding.ASCII.GetBytes(text));

    private static async Task<HttpMessage> AskAsync(
        CachingProxy cache, params (string Name, string Value)[] fields) => await AskAsync(cache, "/", fields);

    private static async Task<HttpMessage> AskAsync(CachingProxy cache, string path, params (string Name, string Value)[] fields)
    {
        await using var client = await HttpConnection.ConnectAsync(cache.EndPoint);
        await client.SendAsync(HttpWriter.Request("GET", path, "a.test", fields));
        return await client.ReadAsync();
    }

    private CachingProxy Cache(
        IPEndPoint? origin = null, bool isShared = true, int room = 100, TimeSpan? originDeadline = null)
    {
        var cache = CachingProxy.Start(
            origin ?? _origin!.EndPoint, _clock, isShared, room, TestServers.FreshName("cache"), originDeadline: originDeadline);
        _servers.Add(cache);
        return cache;
    }

    private void Advance(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private async Task<(string? Age, int AtOrigin)> AgeAsync(CachingProxy cache) =>
        ((await AskAsync(cache))["Age"], _origin!.Requests);
}
