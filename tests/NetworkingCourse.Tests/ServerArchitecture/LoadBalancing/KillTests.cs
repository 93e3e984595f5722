using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>An origin dies under load: what is lost, what is repeated, and what is reported.</summary>
public class KillTests
{
    private static readonly LoadBalancerOptions Unchecked = new() { HealthCheckInterval = null, PassiveChecks = false };

    // In milliseconds: a handler that thinks this long has not answered when it is killed, however slow the machine.
    private const int Endless = 600_000;

    [Theory]
    [InlineData(BalancingPolicy.RoundRobin, true)]
    [InlineData(BalancingPolicy.RoundRobin, false)]
    [InlineData(BalancingPolicy.LeastRequests, true)]
    [InlineData(BalancingPolicy.PowerOfTwoChoices, true)]
    public async Task No_get_is_lost(BalancingPolicy policy, bool healthChecks)
    {
        await using var shop = new Shop(
            (healthChecks ? new LoadBalancerOptions() : Unchecked) with { Policy = policy },
            thinkA: 20,
            thinkB: 20);

        var run = await HttpLoad.ClosedLoopAsync(
            shop.Balancer,
            requests: 400,
            moments: new Moment(100, "B is killed", shop.B.KillAsync));

        Assert.Empty(run.Failures);
        Assert.Equal(400, run.Answers.Count);
        Assert.Equal("B is killed", Assert.Single(run.Moments).What);
        // There were requests to lose.
        Assert.Contains(shop.Balancer.Log.Events, entry => entry.Kind == HttpEventKind.Retried && entry.Origin == shop.B.Name);
        Assert.Equal(healthChecks, shop.Balancer.Log.Events.Any(entry => entry.Kind == HttpEventKind.TakenOut));
    }

    [Fact]
    public async Task A_balancer_that_repeats_nothing_loses_some()
    {
        await using var shop = new Shop(Unchecked with { Retries = RetryRule.Never }, thinkA: 20, thinkB: 20);

        var run = await HttpLoad.ClosedLoopAsync(
            shop.Balancer,
            requests: 400,
            moments: new Moment(100, "B is killed", shop.B.KillAsync));

        Assert.NotEmpty(run.Failures);
        Assert.All(run.Failures, failure => Assert.Equal(502, failure.Status));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 5)]
    public async Task A_rule_of_ones_own_decides_about_the_next_attempt(bool again, int failures)
    {
        var asked = new ConcurrentBag<(string Method, RequestFailure Failure, int Attempts)>();
        await using var shop = new Shop(
            Unchecked with
            {
                RetriesIf = (method, failure, attempts) =>
                {
                    asked.Add((method, failure, attempts));
                    return again;
                },
            },
            thinkB: Endless);

        var run = await KillBWhileItThinksAsync(shop, "POST");

        Assert.Equal(5, asked.Count);
        Assert.All(asked, question => Assert.Equal(("POST", RequestFailure.NoAnswer, 1), question));
        Assert.Equal(failures, run.Failures.Count);
    }

    [Fact]
    public async Task A_post_in_flight_is_answered_502_once_executed_once_and_logged_with_the_reason()
    {
        await using var shop = new Shop(Unchecked, thinkB: Endless);

        var run = await KillBWhileItThinksAsync(shop, "POST");

        Assert.Equal(10, run.Answers.Count);
        Assert.Equal(5, run.From(shop.A.Name));
        Assert.All(run.Failures, failure => Assert.Equal(502, failure.Status));
        Assert.All(run.Failures, failure => Assert.Contains("RFC 9110", failure.Text, StringComparison.Ordinal));
        Assert.Equal(Orders(10), shop.Orders.Orders.Order(StringComparer.Ordinal));
        var events = shop.Balancer.Log.Events;
        Assert.Equal(5, events.Count(entry => entry.Kind == HttpEventKind.Failed && entry.Detail == "connection reset"));
        Assert.Equal(5, events.Count(
            entry => entry.Kind == HttpEventKind.GivenUp
                && entry.Detail.Contains("not idempotent", StringComparison.Ordinal)));
        Assert.Equal(10, events.Count(entry => entry.Kind == HttpEventKind.Chosen));
    }

    [Fact]
    public async Task A_put_in_flight_is_repeated_with_its_body_and_makes_one_order()
    {
        await using var shop = new Shop(Unchecked, thinkB: Endless);

        var run = await KillBWhileItThinksAsync(shop, "PUT");

        Assert.Empty(run.Failures);
        Assert.Equal(10, run.From(shop.A.Name));
        Assert.Equal(15, shop.Balancer.Log.Events.Count(entry => entry.Kind == HttpEventKind.Chosen));
        Assert.Equal(Orders(10), shop.Orders.Orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Posts_that_are_repeated_all_the_same_make_orders_that_nobody_placed()
    {
        await using var shop = new Shop(Unchecked with { Retries = RetryRule.Always }, thinkB: Endless);

        var run = await KillBWhileItThinksAsync(shop, "POST");

        Assert.Empty(run.Failures);
        Assert.Equal(15, shop.Orders.Count);
    }

    [Fact]
    public async Task A_post_that_was_never_sent_because_its_origin_was_dead_already_goes_to_another()
    {
        await using var shop = new Shop(Unchecked);
        await shop.B.KillAsync();

        var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 20, method: "POST");

        Assert.Empty(run.Failures);
        Assert.Equal(20, shop.Orders.Count);
        Assert.Contains(
            shop.Balancer.Log.Events,
            entry => entry.Kind == HttpEventKind.Failed && entry.Detail == "connection refused");
    }

    [Fact]
    public async Task A_body_too_long_to_be_kept_is_sent_once_and_the_log_says_why_no_more()
    {
        await using var shop = new Shop(Unchecked, thinkB: Endless);
        var bodies = Enumerable.Range(0, 2)
            .Select(_ => HttpLoad.AskAsync(shop.Balancer, "PUT", new string('x', 100_000)))
            .ToList();
        await shop.A.Log.WaitForAsync(HttpEventKind.Arrived);
        await shop.B.Log.WaitForAsync(HttpEventKind.Arrived);

        await shop.B.KillAsync();

        Assert.Equal([200, 502], (await Task.WhenAll(bodies)).Select(answer => answer.Status).Order());
        var givenUp = await shop.Balancer.Log.WaitForAsync(HttpEventKind.GivenUp);
        Assert.Contains("too long", givenUp.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_both_are_dead_the_client_is_told_and_told_why()
    {
        await using var shop = new Shop(Unchecked);
        await shop.A.KillAsync();
        await shop.B.KillAsync();

        var answer = await HttpLoad.AskAsync(shop.Balancer);

        Assert.Equal(502, answer.Status);
        Assert.Equal(2, shop.Balancer.Log.Events.Count(entry => entry.Kind == HttpEventKind.Failed));
        Assert.Contains("no other origin", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_post_is_sent_once_even_if_its_connection_is_closed_in_order_without_an_answer(bool withBody)
    {
        // HTTP clients repeat a request when a kept connection closes before anything has arrived; a proxy must not.
        await using var origin = Origin.Start(TestServers.FreshName("rude"));
        await using var balancer = LoadBalancer.Start([origin], Unchecked with { Name = TestServers.FreshName("balancer") });
        await origin.StopAsync();
        using var rude = new Socket(SocketType.Stream, ProtocolType.Tcp);
        rude.Bind(origin.EndPoint);
        rude.Listen();
        var seen = CountRequestsAsync(rude);

        Assert.Equal(200, (await HttpLoad.AskAsync(balancer)).Status);
        Assert.Equal(502, (await HttpLoad.AskAsync(balancer, "POST", withBody ? "a hat" : null)).Status);
        rude.Dispose();

        Assert.Equal(["GET", "POST"], await seen);
    }

    [Fact]
    public async Task An_answer_cut_off_midway_is_not_repeated_and_the_log_does_not_blame_the_client()
    {
        await using var shop = new Shop(Unchecked);
        await shop.A.StopAsync();
        await shop.B.StopAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(shop.Balancer.EndPoint);
        var reader = new StreamReader(client.GetStream());
        using var oneSuffices = new CancellationTokenSource();
        var origins = new[] { shop.A, shop.B }
            .Select(origin => AnswerHalfAsync(origin.EndPoint, HalfHasArrivedAsync, oneSuffices.Token))
            .ToList();

        await client.Client.SendAsync("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"u8.ToArray());
        await await Task.WhenAny(origins).WaitAsync(Shop.SafetyNet);
        await oneSuffices.CancelAsync();

        var givenUp = await shop.Balancer.Log.WaitForAsync(HttpEventKind.GivenUp);
        Assert.Equal("200: part of the answer has already been sent", givenUp.Detail);
        Assert.DoesNotContain(shop.Balancer.Log.Events, entry => entry.Kind == HttpEventKind.Retried);

        async Task HalfHasArrivedAsync()
        {
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
            }

            var body = new char[4];
            Assert.Equal(4, await reader.ReadBlockAsync(body));
            Assert.Equal("half", new string(body));
        }
    }

    // Sends the beginning of an answer, and resets the connection when it has arrived.
    private static async Task AnswerHalfAsync(IPEndPoint endPoint, Func<Task> arrivedAsync, CancellationToken cancellation)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen();
        using var connection = await listener.AcceptAsync(cancellation);
        await connection.ReceiveAsync(new byte[4096]);
        await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray());
        await arrivedAsync();
        connection.Close(0);
    }

    // Answers the very first request, and closes the connection after reading any other.
    private static async Task<List<string>> CountRequestsAsync(Socket listener)
    {
        var methods = new List<string>();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptAsync();
                while (await connection.ReceiveAsync(buffer) is > 0 and var count)
                {
                    methods.Add(System.Text.Encoding.ASCII.GetString(buffer, 0, count).Split(' ')[0]);
                    if (methods.Count > 1)
                    {
                        break;
                    }

                    await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return methods; // the listener was closed during the wait or before it
        }
    }

    private static async Task<HttpRun> KillBWhileItThinksAsync(Shop shop, string method)
    {
        var running = HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 10, clients: 10, method: method);
        await shop.B.Log.WaitForAsync(HttpEventKind.Arrived, count: 5);
        await shop.B.KillAsync();
        return await running.WaitAsync(Shop.SafetyNet);
    }

    private static IEnumerable<string> Orders(int count) =>
        Enumerable.Range(1, count).Select(number => $"order {number}").Order(StringComparer.Ordinal);
}
