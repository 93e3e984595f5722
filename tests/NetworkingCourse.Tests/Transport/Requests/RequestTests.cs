using NetworkingCourse.Tests.Support;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Requests;

public sealed class RequestTests
{
    // Long enough that nothing is repeated on a machine that is merely busy; after a loss, the client waits that long all the
    // same.
    private static readonly RetryPolicy Patient =
        new() { Timeout = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(5), Backoff = 1 };

    [Fact]
    public async Task An_answer_that_was_lost_makes_the_server_count_twice()
    {
        await using var server = CounterServer.Start(name: TestServers.FreshName());
        await using var link = LinkRelay.Start(server.EndPoint, reverse: Script("drop the 1st"), name: TestServers.FreshName());
        await using var client = new RequestClient(link.EndPoint, Patient);

        var outcome = await client.AskAsync("add 5");

        Assert.Equal((2, "10"), (outcome.Tries.Count, outcome.Answer));
        // Counted from the first try. The second comes no sooner than the timeout, except that by another clock a timer may be
        // early.
        Assert.Equal(TimeSpan.Zero, outcome.Tries[0]);
        Assert.InRange(outcome.Tries[1], Patient.Timeout * 0.9, outcome.Latency);
        Assert.Equal(10, server.Count);
    }

    [Fact]
    public async Task A_server_that_remembers_its_requests_counts_once()
    {
        await using var server = CounterServer.Start(remembersRequests: true, TestServers.FreshName());
        await using var link = LinkRelay.Start(
            server.EndPoint, reverse: Script("drop the 1st and 2nd"), name: TestServers.FreshName());
        await using var client = new RequestClient(link.EndPoint, Patient);

        var outcome = await client.AskAsync("add 5");
        var next = await client.AskAsync("add 5");

        Assert.Equal((3, "5", "10"), (outcome.Tries.Count, outcome.Answer, next.Answer));
        Assert.Equal((10, 2), (server.Count, server.Log.Count(DatagramEventKind.Remembered)));
    }

    [Fact]
    public async Task Another_client_with_the_same_number_is_another_request()
    {
        await using var server = CounterServer.Start(remembersRequests: true, TestServers.FreshName());
        await using var one = new RequestClient(server.EndPoint, Patient);
        await using var other = new RequestClient(server.EndPoint, Patient);

        Assert.Equal("5", (await one.AskAsync("add 5")).Answer);
        Assert.Equal("10", (await other.AskAsync("add 5")).Answer);
    }

    [Fact]
    public async Task Answers_that_come_twice_are_counted_and_disturb_nobody()
    {
        await using var server = CounterServer.Start(name: TestServers.FreshName());
        await using var link = LinkRelay.Start(
            server.EndPoint, reverse: Script("duplicate the 1st to 3rd"), name: TestServers.FreshName());
        await using var client = new RequestClient(link.EndPoint, Patient);

        string[] answers =
        [
            (await client.AskAsync("set 1")).Answer,
            (await client.AskAsync("set 2")).Answer,
            (await client.AskAsync("set 3")).Answer,
            (await client.AskAsync("get")).Answer,
        ];

        Assert.Equal(["1", "2", "3", "3"], answers);
        Assert.Equal(3, client.LateAnswers);
    }

    [Fact]
    public async Task On_a_dead_link_it_gives_up_after_its_tries_and_says_what_it_does_not_know()
    {
        await using var server = CounterServer.Start(name: TestServers.FreshName());
        await using var link = LinkRelay.Start(
            server.EndPoint, reverse: new LinkOptions { Loss = 1 }, name: TestServers.FreshName());
        await using var client = new RequestClient(
            link.EndPoint, new RetryPolicy { Timeout = TimeSpan.FromMilliseconds(20), MaxTries = 3 });

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => client.AskAsync("add 1"));

        Assert.Matches("^No answer to \"add 1\" after 3 tries at 0 µs, .*s, .*s; given up after ", failure.Message);
        Assert.Contains("is unknown", failure.Message);
        await server.Log.WaitForAsync(DatagramEventKind.Replied, count: 3);
        Assert.Equal(3, server.Count);
    }

    [Fact]
    public async Task Nobody_there_is_a_loss_like_any_other_until_somebody_is()
    {
        var server = CounterServer.Start(name: TestServers.FreshName());
        await server.StopAsync();
        await using var client = new RequestClient(
            server.EndPoint, Patient with { MaxTries = 40, Timeout = TimeSpan.FromMilliseconds(100) });

        var asking = client.AskAsync("add 1");
        await using var again = CounterServer.Start(name: TestServers.FreshName(), port: server.EndPoint.Port);

        Assert.Equal("1", (await asking).Answer);
    }

    [Fact]
    public void Waits_grow_as_the_policy_says_up_to_the_longest() =>
        Assert.Equal(
            [50, 100, 200, 400, 500, 500],
            new RetryPolicy { MaxTries = 6, Longest = TimeSpan.FromMilliseconds(500) }
                .Waits()
                .Select(wait => wait.TotalMilliseconds));

    [Fact]
    public async Task Garbage_is_told_how_a_request_looks_and_changes_nothing()
    {
        await using var server = CounterServer.Start(name: TestServers.FreshName());
        using var rude = new UdpProbe(server.EndPoint);
        string[] garbages =
            ["", "add 5", "1", "1 add", "1 add -5", "1 add five", "x get", "1 get 2", "99999999999 get", "\0\0\0"];
        foreach (var garbage in garbages)
        {
            await rude.SendAsync(System.Text.Encoding.ASCII.GetBytes(garbage));
            Assert.StartsWith("A request looks like this", await rude.ReceiveTextAsync());
        }

        await rude.SendAsync("7 add 2\n"u8.ToArray());
        Assert.Equal("7 2", await rude.ReceiveTextAsync());
        Assert.Equal(10, server.Log.Count(DatagramEventKind.Garbage));
    }

    [Fact]
    public async Task Tries_are_as_many_as_theory_says()
    {
        // Nothing is lost, so only a machine that stands still for ten seconds could make a client ask again.
        var complete = await TriesByLoss.MeasureAsync([0], requests: 300, timeout: TimeSpan.FromSeconds(10));
        var measured = await TriesByLoss.MeasureAsync([0, 0.2, 0.4], requests: 300, timeout: TimeSpan.FromMilliseconds(200));

        Assert.Equal(1, complete.Measured[0].Tries);
        // Six standard deviations of the mean of 300: the variance of one is p/(1 − p)².
        Assert.InRange(measured.Measured[1].Tries, 1.24, 1.89);
        Assert.InRange(measured.Measured[2].Tries, 2.01, 3.55);
        Assert.Equal((1.5625, 2.7778), (Math.Round(TriesByLoss.Predicted(0.2), 4), Math.Round(TriesByLoss.Predicted(0.4), 4)));
        Assert.Equal(3, measured.Chart().Panels[0].Series[0].Points.Count);
    }

    private static LinkOptions Script(string script) => new() { Script = LinkScript.Of(script) };
}
