using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class HealthCheckTests
{
    private static readonly LoadBalancerOptions ActiveOnly = new()
    {
        PassiveChecks = false,
        HealthCheckInterval = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task Active_checks_take_a_dead_origin_out_and_put_it_back_without_a_request()
    {
        await using var shop = new Shop(ActiveOnly);
        await shop.B.KillAsync();
        var takenOut = await shop.Balancer.Log.WaitForAsync(HttpEventKind.TakenOut);

        var without = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 20);
        await shop.B.StartAgainAsync();
        var putBack = await shop.Balancer.Log.WaitForAsync(HttpEventKind.PutBack);
        var with = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 20);

        Assert.Equal((shop.B.Name, shop.B.Name), (takenOut.Origin, putBack.Origin));
        Assert.Contains("active check", takenOut.Detail, StringComparison.Ordinal);
        Assert.Equal((20, 0), (without.From(shop.A.Name), without.From(shop.B.Name)));
        Assert.Equal((10, 10), (with.From(shop.A.Name), with.From(shop.B.Name)));
        Assert.DoesNotContain(shop.Balancer.Log.Events, entry => entry.Kind == HttpEventKind.Failed);
    }

    [Fact]
    public async Task A_passive_check_takes_an_origin_out_at_its_first_failure_and_tries_it_again_later()
    {
        await using var shop = new Shop(new LoadBalancerOptions { HealthCheckInterval = null });
        await shop.B.KillAsync();

        var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 2, clients: 1);
        var takenOut = await shop.Balancer.Log.WaitForAsync(HttpEventKind.TakenOut);
        await shop.B.StartAgainAsync();
        await shop.Balancer.ReadyAsync(shop.B);

        Assert.Empty(run.Failures);
        Assert.Equal(shop.B.Name, takenOut.Origin);
        Assert.Contains("passive check", takenOut.Detail, StringComparison.Ordinal);
        Assert.Contains("again", (await shop.Balancer.Log.WaitForAsync(HttpEventKind.PutBack)).Detail, StringComparison.Ordinal);
        Assert.Equal(10, (await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 20)).From(shop.B.Name));
    }

    [Fact]
    public async Task With_no_origin_left_in_the_rotation_the_answer_is_503()
    {
        await using var shop = new Shop(ActiveOnly);
        await shop.A.KillAsync();
        await shop.B.KillAsync();
        await shop.Balancer.Log.WaitForAsync(HttpEventKind.TakenOut, count: 2);

        Assert.Equal(503, (await HttpLoad.AskAsync(shop.Balancer)).Status);

        await shop.A.StartAgainAsync();
        await shop.Balancer.ReadyAsync(shop.A);
        Assert.Equal(200, (await HttpLoad.AskAsync(shop.Balancer)).Status);
    }

    [Fact]
    public async Task Waiting_for_an_origin_that_does_not_come_back_has_a_deadline()
    {
        await using var shop = new Shop(ActiveOnly);
        await shop.B.KillAsync();
        await shop.Balancer.Log.WaitForAsync(HttpEventKind.TakenOut);

        var late = await Assert.ThrowsAsync<TimeoutException>(
            () => shop.Balancer.ReadyAsync(shop.B, TimeSpan.FromMilliseconds(20)));

        Assert.Contains(shop.B.Name, late.Message, StringComparison.Ordinal);
    }
}
