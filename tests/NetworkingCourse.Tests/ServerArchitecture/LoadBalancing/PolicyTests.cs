using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class PolicyTests
{
    [Fact]
    public async Task Round_robin_gives_equal_shares_whatever_the_origins_can_do()
    {
        await using var shop = new Shop(thinkA: 2, thinkB: 20);

        var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 200);

        Assert.Empty(run.Failures);
        Assert.Equal((100, 100), (run.From(shop.A.Name), run.From(shop.B.Name)));
    }

    [Theory]
    [InlineData(BalancingPolicy.LeastRequests)]
    [InlineData(BalancingPolicy.PowerOfTwoChoices)]
    public async Task Who_looks_at_requests_in_flight_gives_the_faster_origin_more(BalancingPolicy policy)
    {
        await using var shop = new Shop(new LoadBalancerOptions { Policy = policy }, thinkA: 20, thinkB: 200);

        var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 200);

        Assert.Empty(run.Failures);
        // Ten elevenths in theory; a busy machine slows the faster origin down more.
        Assert.InRange(run.Share(shop.A.Name), 0.65, 0.99);
    }

    [Fact]
    public async Task At_random_both_get_some()
    {
        await using var shop = new Shop(new LoadBalancerOptions { Policy = BalancingPolicy.Random });

        var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 200);

        // At even odds, fewer than 40 of 200 happen less often than once in 10^17 runs.
        Assert.InRange(run.From(shop.A.Name), 40, 160);
        Assert.Equal(200, run.From(shop.A.Name) + run.From(shop.B.Name));
    }

    [Fact]
    public async Task Every_choice_and_every_answer_is_in_the_log()
    {
        await using var shop = new Shop();

        var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 50, clients: 5);

        var events = shop.Balancer.Log.Events;
        Assert.Equal(
            run.From(shop.A.Name),
            events.Count(entry => entry.Kind == HttpEventKind.Chosen && entry.Origin == shop.A.Name));
        Assert.Equal(
            Enumerable.Range(1, 50).Select(number => (long)number),
            events.Where(entry => entry.Kind == HttpEventKind.Answered).Select(entry => entry.Request).Order());
        Assert.DoesNotContain(
            "chosen",
            string.Concat(shop.Balancer.Log.Incidents().Rows.SelectMany(row => row)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_steady_rate_does_not_wait_for_answers()
    {
        await using var shop = new Shop(thinkA: 400, thinkB: 400);

        var run = await HttpLoad.SteadyAsync(shop.Balancer, requests: 40, perSecond: 200, clients: 2);

        Assert.Empty(run.Failures);
        // Two clients that waited for their answers would have no more than two requests in flight.
        var lastDue = run.Answers[^1].Due;
        Assert.True(run.Answers.Count(answer => answer.Due <= lastDue && answer.Due + answer.Latency > lastDue) > 2);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        await using var shop = new Shop();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => HttpLoad.ClosedLoopAsync(
            shop.Balancer,
            requests: 10,
            moments: new Moment(11, "too late", () => Task.CompletedTask)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => HttpLoad.SteadyAsync(shop.Balancer, requests: 10, perSecond: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadBalancer.Start([]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => LoadBalancer.Start([null!], new LoadBalancerOptions { HealthCheckInterval = TimeSpan.Zero }));
    }
}
