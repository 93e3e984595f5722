using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network.Dns;

public sealed class StubResolverTests
{
    private static readonly Address Lie = Address.Parse("203.0.113.66");

    [Theory]
    [InlineData(Forgery.WrongId, "its ID is ")]
    [InlineData(Forgery.WrongQuestion, "it answers 'bank.example.test. A', but 'www.example.test. A' was asked")]
    [InlineData(Forgery.WrongPort, "it comes from 127.0.0.1:")]
    [InlineData(Forgery.WrongId | Forgery.WrongQuestion | Forgery.WrongPort, "its ID is ")]
    public async Task A_forged_response_is_refused_and_the_right_one_waited_for(Forgery forgeries, string reason)
    {
        await using var server = ForgingServer.Start(
            Zone.Parse(CourseZones.Example),
            forgeries,
            Lie,
            new IPEndPoint(IPAddress.Loopback, 0),
            TestServers.FreshName("forger"));

        var exchange = await StubResolver.AskAsync(server, "www.example.test");

        Assert.Equal("192.0.2.80", Assert.Single(exchange.Response!.Answers).Address.ToString());
        Assert.Equal(System.Numerics.BitOperations.PopCount((uint)forgeries), exchange.Refused.Count);
        Assert.Contains(exchange.Refused, refused => refused.StartsWith(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_forged_responses_comes_to_an_end()
    {
        using var liar = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        liar.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var stop = new CancellationTokenSource();
        var flooding = Task.Run(async () =>
        {
            var query = await liar.ReceiveFromAsync(
                new byte[512], SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
            while (!stop.IsCancellationRequested)
            {
                await liar.SendToAsync(new byte[] { 1, 2, 3 }, query.RemoteEndPoint);
            }
        });

        var options = new AskOptions { Tries = 1, Timeout = TimeSpan.FromSeconds(20) };
        var exchange = await StubResolver.AskAsync(
            (IPEndPoint)liar.LocalEndPoint!, "www.example.test", DnsType.A, options);
        await stop.CancelAsync();
        await flooding;

        Assert.Null(exchange.Response);
        Assert.Equal(100, exchange.Refused.Count);
    }

    [Fact]
    public async Task Where_nobody_answers_it_asks_again_with_another_number_from_another_port_and_gives_up()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var options = new AskOptions { Tries = 3, Timeout = TimeSpan.FromSeconds(0.05) };
        var exchange = await StubResolver.AskAsync(
            (IPEndPoint)silent.LocalEndPoint!, "www.example.test", DnsType.A, options);

        var queries = new List<(ushort Id, EndPoint From)>();
        for (var i = 0; i < 3; i++)
        {
            var buffer = new byte[512];
            using var timer = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var received = await silent.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), timer.Token);
            queries.Add((DnsMessage.Parse(buffer.AsMemory(0, received.ReceivedBytes)).Id, received.RemoteEndPoint));
        }

        Assert.Null(exchange.Response);
        Assert.All(exchange.Attempts, attempt => Assert.Equal("no answer within 50.0 ms", attempt.Outcome));
        Assert.True(queries.Select(query => query.Id).Distinct().Count() > 1, string.Join(", ", queries));
        Assert.Throws<InvalidOperationException>(exchange.ResponseView);
        Assert.Equal(3, exchange.Ladder().Messages.Count);
    }

    [Fact]
    public async Task Over_TCP_a_refused_connection_is_told_at_once()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // without listening

        var options = new AskOptions { OverTcp = true, Timeout = TimeSpan.FromSeconds(20) };
        var exchange = await StubResolver.AskAsync(
            (IPEndPoint)bound.LocalEndPoint!, "www.example.test", DnsType.A, options);

        Assert.Equal("connection refused", Assert.Single(exchange.Attempts).Outcome);
    }
}
