using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class DrainTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Both_origins_are_replaced_under_load_and_nothing_is_lost_or_repeated(string method)
    {
        await using var shop = new Shop(thinkA: 20, thinkB: 20);
        async Task DeployAsync()
        {
            foreach (var origin in new[] { shop.A, shop.B })
            {
                await shop.Balancer.DrainAsync(origin);
                await origin.RestartAsync();
                await shop.Balancer.ReadyAsync(origin);
            }
        }

        // The load goes on in turns for as long as the deployment takes.
        var deploying = Task.CompletedTask;
        var deploy = new Moment(50, "deploy", () =>
        {
            deploying = DeployAsync();
            return Task.CompletedTask;
        });
        var requests = 0;
        for (var turn = 0; turn == 0 || !deploying.IsCompleted; turn++)
        {
            var run = await HttpLoad.ClosedLoopAsync(
                shop.Balancer,
                requests: 100,
                method: method,
                moments: turn > 0 ? [] : [deploy]);
            requests += run.Answers.Count;
            Assert.Empty(run.Failures);
        }

        await deploying;
        Assert.Equal(2, shop.Balancer.Log.Events.Count(entry => entry.Kind == HttpEventKind.Drained));
        Assert.DoesNotContain(shop.Balancer.Log.Events, entry => entry.Kind is HttpEventKind.Failed or HttpEventKind.Retried);
        Assert.Equal(method == "POST" ? requests : 0, shop.Orders.Count);
    }

    [Fact]
    public async Task What_is_in_flight_is_finished_before_an_origin_counts_as_drained()
    {
        await using var shop = new Shop(thinkA: 300, thinkB: 300);
        var running = HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 10, clients: 10);
        await shop.B.Log.WaitForAsync(HttpEventKind.Arrived, count: 5);

        await shop.Balancer.DrainAsync(shop.B);

        Assert.Equal(5, shop.B.Log.Events.Count(entry => entry.Kind == HttpEventKind.Answered));
        Assert.Empty((await running).Failures);
        Assert.Equal(10, (await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 10, clients: 10)).From(shop.A.Name));
    }

    [Fact]
    public async Task A_balancer_that_asks_nobody_for_its_health_cannot_drain_and_says_so()
    {
        await using var shop = new Shop(new LoadBalancerOptions { HealthCheckInterval = null });

        await Assert.ThrowsAsync<InvalidOperationException>(() => shop.Balancer.DrainAsync(shop.B));

        Assert.False(shop.B.IsDraining);
    }

    [Fact]
    public async Task Draining_has_a_deadline()
    {
        await using var shop = new Shop(thinkA: 60_000, thinkB: 60_000);
        var running = HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 2, clients: 2);
        await shop.B.Log.WaitForAsync(HttpEventKind.Arrived);

        var late = await Assert.ThrowsAsync<TimeoutException>(() => shop.Balancer.DrainAsync(shop.B, TimeSpan.FromSeconds(1)));

        Assert.Contains("1 request in flight", late.Message, StringComparison.Ordinal);
        await shop.DisposeAsync();
        await running.WaitAsync(Shop.SafetyNet);
    }
}
