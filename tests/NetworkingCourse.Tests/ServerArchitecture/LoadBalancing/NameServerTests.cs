using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class NameServerTests
{
    private static readonly TimeSpan Endless = TimeSpan.FromHours(1);

    [Fact]
    public async Task Each_answer_has_all_addresses_and_another_one_first()
    {
        await using var shop = new Shop();
        var names = new NameServer("shop.test", [shop.A, shop.B], Endless);

        var answers = Enumerable.Range(0, 4).Select(_ => names.Ask()).ToList();

        Assert.Equal(
            [shop.A.EndPoint, shop.B.EndPoint, shop.A.EndPoint, shop.B.EndPoint],
            answers.Select(answer => answer.Addresses[0]));
        Assert.All(answers, answer => Assert.Equal(2, answer.Addresses.Distinct().Count()));
        Assert.Equal(4, names.Asked);
    }

    [Fact]
    public async Task Clients_are_shared_out_and_ask_once_each()
    {
        await using var shop = new Shop();
        var names = new NameServer("shop.test", [shop.A, shop.B], Endless);

        var run = await HttpLoad.SteadyAsync(names, requests: 100, perSecond: 1000, clients: 10);

        Assert.Empty(run.Failures);
        Assert.Equal((50, 50), (run.From(shop.A.Name), run.From(shop.B.Name)));
        Assert.Equal(10, names.Asked);
    }

    [Fact]
    public async Task When_an_origin_dies_the_balancer_loses_nothing_and_DNS_round_robin_loses_some()
    {
        await using var shop = new Shop(thinkA: 20, thinkB: 20);
        var names = new NameServer("shop.test", [shop.A, shop.B], Endless);
        var kill = new Moment(100, "B is killed", shop.B.KillAsync);

        var balanced = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 400, moments: kill);
        await shop.B.StartAgainAsync();
        var named = await HttpLoad.ClosedLoopAsync(names, requests: 400, moments: kill);

        Assert.Empty(balanced.Failures);
        Assert.NotEmpty(named.Failures);
        // Half of the clients know one origin and half the other, and it is always the same half that fails.
        Assert.InRange(named.Failures.Select(failure => failure.Client).Distinct().Count(), 1, 10);
        Assert.Contains(named.Failures, failure => failure.Text == "connection refused");
    }

    [Fact]
    public async Task Clients_that_try_every_address_are_refused_by_none_but_lose_what_was_in_flight()
    {
        await using var shop = new Shop(thinkB: 600_000);
        var names = new NameServer("shop.test", [shop.A, shop.B], Endless) { ClientsTryAll = true };
        var running = HttpLoad.SteadyAsync(names, requests: 10, perSecond: 1000, clients: 10, method: "POST");
        await shop.B.Log.WaitForAsync(HttpEventKind.Arrived, count: 5);

        await shop.B.KillAsync();
        var later = await HttpLoad.ClosedLoopAsync(names, requests: 20);

        Assert.Equal(5, (await running).Failures.Count);
        Assert.All((await running).Failures, failure => Assert.Equal("connection reset", failure.Text));
        Assert.Empty(later.Failures);
    }

    [Fact]
    public async Task An_answer_is_kept_for_its_time_to_live_even_if_the_name_server_knows_better()
    {
        await using var shop = new Shop();
        var clock = new Clock();
        var names = new NameServer("shop.test", [shop.B, shop.A], TimeSpan.FromSeconds(30)) { Clock = clock };
        var whereTo = ((IHttpTarget)names).NewClient();
        Assert.Equal([shop.B.EndPoint], whereTo());

        names.Remove(shop.B);
        clock.Now += TimeSpan.FromSeconds(29.9);
        Assert.Equal([shop.B.EndPoint], whereTo());
        clock.Now += TimeSpan.FromSeconds(0.1);

        Assert.Equal([shop.A.EndPoint], whereTo());
        Assert.Throws<InvalidOperationException>(() => names.Remove(shop.A));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
