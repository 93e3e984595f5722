using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class ContextTests
{
    [Fact]
    public async Task Nothing_that_origins_and_balancers_do_runs_in_the_context_of_the_cell_that_started_them()
    {
        var entered = 0;
        var cell = new AsyncLocal<string?>(change =>
        {
            if (change.CurrentValue is not null)
            {
                Interlocked.Increment(ref entered);
            }
        });
        Shop? shop = null;
        ExecutionContext.Run(ExecutionContext.Capture()!, _ =>
        {
            cell.Value = "the cell";
            shop = new Shop();
        }, null);
        Assert.Null(cell.Value);
        Assert.Equal(1, Volatile.Read(ref entered));

        await using (shop)
        {
            var run = await HttpLoad.ClosedLoopAsync(shop!.Balancer, requests: 20);
            await shop.Balancer.DrainAsync(shop.B);
            await shop.A.KillAsync();
            await shop.Balancer.Log.WaitForAsync(HttpEventKind.TakenOut, origin: shop.A.Name);
            Assert.Empty(run.Failures);
        }

        Assert.Equal(1, Volatile.Read(ref entered));
    }
}
