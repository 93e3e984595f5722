using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;
using NetworkingCourse.Tests.Transport;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class DnsServerTests
{
    private static readonly byte[] Query = DnsMessage.Query("www.example.test", DnsType.A, id: 7).ToBytes();

    private static AuthoritativeServer Start(string? zone = null, TimeSpan? patience = null) =>
        AuthoritativeServer.Start(
            [Zone.Parse(zone ?? CourseZones.Example)],
            new IPEndPoint(IPAddress.Loopback, 0),
            TestServers.FreshName("dns"),
            patience);

    [Fact]
    public async Task It_answers_over_UDP_and_over_TCP_with_authority_and_refuses_what_is_not_its_own()
    {
        await using var server = Start();

        foreach (var overTcp in (bool[])[false, true])
        {
            var www = await StubResolver.AskAsync(server, "www.example.test", DnsType.A, new AskOptions { OverTcp = overTcp });
            var other = await StubResolver.AskAsync(server, "www.other.test", DnsType.A, new AskOptions { OverTcp = overTcp });
            Assert.Equal(
                (true, "192.0.2.80"),
                (www.Response!.IsAuthoritative, Assert.Single(www.Response.Answers).Address.ToString()));
            Assert.Equal(ResponseCode.Refused, other.Response!.Code);
        }

        Assert.Equal(
            ["www.example.test. A", "www.other.test. A", "www.example.test. A", "www.other.test. A"],
            server.Log.Events.Where(entry => entry.Kind == DnsEventKind.Asked).Select(entry => entry.Detail));
    }

    [NeedsFact(Need.IPv6)]
    public async Task It_listens_on_the_loopback_of_IPv6_too()
    {
        await using var server = AuthoritativeServer.Start(
            [Zone.Parse(CourseZones.Example)],
            new IPEndPoint(IPAddress.IPv6Loopback, 0),
            TestServers.FreshName("dns"));
        foreach (var overTcp in (bool[])[false, true])
        {
            var options = new AskOptions { OverTcp = overTcp };
            var exchange = await StubResolver.AskAsync(server, "www.example.test", DnsType.A, options);
            Assert.Equal("192.0.2.80", exchange.Response!.Answers[0].Address.ToString());
        }
    }

    [Fact]
    public async Task What_is_too_long_for_UDP_is_truncated_and_the_client_asks_again_over_TCP()
    {
        await using var server = Start(CourseZones.Many(100));

        var exchange = await StubResolver.AskAsync(server, "www.many.test");

        Assert.Equal([false, true], exchange.Attempts.Select(attempt => attempt.OverTcp));
        Assert.InRange(exchange.Attempts[0].Response!.Value.Length, 12, 512);
        Assert.Equal(100, exchange.Response!.Answers.Count);
        await server.Log.WaitForAsync(DnsEventKind.Truncated); // it is logged when it has been sent
        Assert.Equal(1, server.Log.Count(DnsEventKind.Truncated));
    }

    [Theory]
    [InlineData(40, 1232, false)]
    [InlineData(40, 512, true)]
    [InlineData(100, 4096, true)] // more than the server sends over UDP, whatever the client accepts
    public async Task With_EDNS_a_UDP_answer_may_be_longer(int addresses, int size, bool isTruncated)
    {
        await using var server = Start(CourseZones.Many(addresses));

        var options = new AskOptions { UdpPayloadSize = (ushort)size };
        var exchange = await StubResolver.AskAsync(server, "www.many.test", DnsType.A, options);

        Assert.Equal(isTruncated ? 2 : 1, exchange.Attempts.Count);
        Assert.Equal(addresses, exchange.Response!.Answers.Count);
        Assert.Equal(1232, exchange.Response.UdpPayloadSize);
    }

    [Fact]
    public async Task Many_questions_on_one_connection_are_answered_and_split_anywhere()
    {
        await using var server = Start();
        using var client = await ConnectAsync(server);
        byte[] both = [0, (byte)Query.Length, .. Query, 0, (byte)Query.Length, .. Query];

        foreach (var piece in both)
        {
            await client.SendAsync(new[] { piece });
        }

        Assert.Equal(7, DnsMessage.Parse(await ReceiveAsync(client)).Id);
        Assert.Equal(7, DnsMessage.Parse(await ReceiveAsync(client)).Id);
        client.Dispose();
        await server.Log.WaitForAsync(DnsEventKind.Closed);
    }

    [Theory]
    [InlineData("closes at once", DnsEventKind.Closed)]
    [InlineData("cut off in the length", DnsEventKind.CutOff)]
    [InlineData("cut off in the message", DnsEventKind.CutOff)]
    [InlineData("resets", DnsEventKind.Reset)]
    [InlineData("stays idle", DnsEventKind.TimedOut)]
    [InlineData("dribbles", DnsEventKind.TimedOut)]
    [InlineData("garbage", DnsEventKind.Garbage)]
    [InlineData("an empty message", DnsEventKind.Garbage)]
    public async Task A_rude_client_harms_nobody_and_the_log_names_what_it_did(string how, DnsEventKind kind)
    {
        // Only the slow ones are to meet the end of its patience, however late this test is.
        await using var server = Start(patience: TimeSpan.FromSeconds(kind == DnsEventKind.TimedOut ? 0.3 : 30));
        using (var client = await ConnectAsync(server))
        {
            await server.Log.WaitForAsync(DnsEventKind.Connected);
            await client.SendAsync((byte[])(how switch
            {
                "cut off in the length" => [0],
                "cut off in the message" or "dribbles" or "resets" => [0, 30, 1, 2, 3],
                "garbage" => [0, 20, .. new byte[20].Select(_ => (byte)0xFF)],
                "an empty message" => [0, 0],
                _ => [],
            }));
            if (how == "resets")
            {
                client.LingerState = new LingerOption(true, 0);
            }

            if (how is "closes at once" or "cut off in the length" or "cut off in the message" or "resets")
            {
                client.Dispose();
            }

            await server.Log.WaitForAsync(kind);
        }

        var exchange = await StubResolver.AskAsync(server, "www.example.test");
        Assert.Equal("192.0.2.80", exchange.Response!.Answers[0].Address.ToString());
        Assert.Equal(0, server.Log.Count(DnsEventKind.Failed));
    }

    [Fact]
    public async Task Datagrams_that_are_no_queries_are_answered_only_where_that_makes_sense()
    {
        await using var server = Start();
        using var client = new UdpProbe(server.EndPoint);

        await client.SendAsync([]); // nothing
        await client.SendAsync([1, 2, 3]); // too short to tell anything
        await client.SendAsync([.. Query[..2], 0x80, .. Query[3..]]); // a response
        await client.SendAsync(Query[..^1]); // a query, cut off

        var answer = DnsMessage.Parse(await client.ReceiveAsync());
        Assert.Equal((7, ResponseCode.FormatError, true), (answer.Id, answer.Code, answer.IsResponse));
        await server.Log.WaitForAsync(DnsEventKind.Garbage, count: 4);
        await client.SendAsync(Query);
        Assert.Equal(ResponseCode.NoError, DnsMessage.Parse(await client.ReceiveAsync()).Code);
    }

    [Fact]
    public async Task What_it_does_not_do_it_says_so()
    {
        await using var server = Start();
        using var client = new UdpProbe(server.EndPoint);
        async Task<ResponseCode> AskAsync(DnsMessage query)
        {
            await client.SendAsync(query.ToBytes());
            return DnsMessage.Parse(await client.ReceiveAsync()).Code;
        }

        var query = DnsMessage.Query("www.example.test", DnsType.A);
        Assert.Equal(ResponseCode.NotImplemented, await AskAsync(query with { Operation = DnsOperation.Update }));
        Assert.Equal(ResponseCode.FormatError, await AskAsync(query with { Questions = [] }));
        Assert.Equal(
            ResponseCode.FormatError,
            await AskAsync(query with { Questions = [query.Questions[0], query.Questions[0]] }));
        Assert.Equal(ResponseCode.Refused, await AskAsync(query with { Questions = [query.Questions[0] with { Class = 3 }] }));
    }

    [Fact]
    public async Task What_is_too_long_for_any_message_is_a_server_failure_over_TCP_and_the_connection_goes_on()
    {
        var big = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"\nbig A 10.0.{i / 256}.{i % 256}"));
        await using var server = Start(CourseZones.Example + big);
        using var asking = new DnsAsking(server.EndPoint);
        var query = DnsMessage.Query("big.example.test", DnsType.A).ToBytes();

        Assert.Equal("NOERROR aa tc rd", DnsText.Of(await asking.OverUdpAsync(query)));
        Assert.Equal("SERVFAIL rd", DnsText.Of(await asking.OverTcpAsync(query)));
        Assert.StartsWith("NOERROR", DnsText.Of(await asking.OverTcpAsync(Query)), StringComparison.Ordinal);
        var failed = Assert.Single(server.Log.Events, entry => entry.Kind == DnsEventKind.Failed);
        Assert.Contains("65,535", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Glue_that_has_no_room_is_not_left_out_in_silence() // RFC 9471, section 3
    {
        var servers = string.Concat(Enumerable.Range(0, 14).Select(i => $"\nsub NS ns{i}.sub\nns{i}.sub A 127.0.1.{i}"));
        await using var server = Start(CourseZones.Example + "\nto CNAME www.sub" + servers);
        using var asking = new DnsAsking(server.EndPoint);
        foreach (var name in (string[])["www.sub", "to"])
        {
            var query = DnsMessage.Query($"{name}.example.test", DnsType.A).ToBytes();
            Assert.True(DnsMessage.Parse(await asking.OverUdpAsync(query)).IsTruncated, name);
            Assert.Equal(14, DnsMessage.Parse(await asking.OverTcpAsync(query)).Additional.Count);
        }
    }

    [Fact]
    public async Task A_hundred_idle_connections_do_not_keep_anybody_from_asking_over_UDP()
    {
        await using var server = Start();
        var idle = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            idle.Add(await ConnectAsync(server));
        }

        var exchange = await StubResolver.AskAsync(server, "www.example.test");
        idle.ForEach(socket => socket.Dispose());

        Assert.Single(exchange.Attempts);
        var options = new AskOptions { OverTcp = true, Timeout = TimeSpan.FromSeconds(20) };
        Assert.NotNull((await StubResolver.AskAsync(server, "www.example.test", DnsType.A, options)).Response);
    }

    [Fact]
    public async Task Stopped_it_has_given_everything_back_and_another_can_have_its_port_and_its_name()
    {
        var name = TestServers.FreshName("dns");
        var zone = Zone.Parse(CourseZones.Example);
        var old = AuthoritativeServer.Start(zone, name);
        using var client = await ConnectAsync(old);
        await old.Log.WaitForAsync(DnsEventKind.Connected);

        await using var server = AuthoritativeServer.Start(zone, name, old.EndPoint.Port);

        Assert.Equal(DnsEventKind.Stopped, old.Log.Events[^1].Kind);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1])); // closed
        Assert.Contains(server, RunningServers.All);
        await server.StopAsync();
        await server.StopAsync();
        Assert.DoesNotContain(server, RunningServers.All);
    }

    [Fact]
    public async Task An_address_outside_loopback_is_neither_listened_on_nor_asked()
    {
        var zone = Zone.Parse(CourseZones.Example);
        Assert.Throws<ArgumentException>(() =>
            AuthoritativeServer.Start([zone], new IPEndPoint(IPAddress.Any, 0), TestServers.FreshName("dns")));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            StubResolver.AskAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 53), "www.example.test"));
    }

    [Fact]
    public async Task A_port_that_is_taken_over_UDP_or_over_TCP_is_taken()
    {
        await using var server = Start();

        var refused = Assert.Throws<SocketException>(() => AuthoritativeServer.Start(
            Zone.Parse(CourseZones.Example), TestServers.FreshName("dns"), server.EndPoint.Port));
        Assert.Equal(SocketError.AddressAlreadyInUse, refused.SocketErrorCode);
    }

    [Fact]
    public async Task A_flood_of_queries_is_answered_or_dropped_and_the_server_goes_on()
    {
        await using var server = Start();
        using (var rude = new UdpProbe(server.EndPoint))
        {
            for (var i = 0; i < 5_000; i++)
            {
                await rude.SendAsync(i % 2 == 0 ? Query : Query[..20]); // and never reads an answer
            }
        }

        var options = new AskOptions { Tries = 10, Timeout = TimeSpan.FromSeconds(2) };
        var exchange = await StubResolver.AskAsync(server, "www.example.test", DnsType.A, options);

        Assert.Equal(ResponseCode.NoError, exchange.Response!.Code);
        Assert.Equal(0, server.Log.Count(DnsEventKind.Failed));
    }

    private static async Task<Socket> ConnectAsync(DnsServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(server.EndPoint, timer.Token);
        return socket;
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await DnsFraming.ReceiveAsync(socket, timer.Token) ?? throw new EndOfStreamException("closed");
    }
}
