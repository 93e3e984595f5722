using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.LoadBalancing;

/// <summary>What origins and balancers leave behind: nothing. Alone, because threads, handles and the console are the whole process's.</summary>
[Collection(Alone.Name)]
public class GivenBackTests
{
    private const int Rounds = 40;

    [Fact]
    public async Task Starts_kills_and_stops_leave_threads_and_sockets_as_they_were()
    {
        // The first rounds open what stays: the socket engine, the timer's thread, the pool.
        await RoundsAsync(5);
        var (sockets, threads) = (Held.Sockets(), Held.Threads());

        await RoundsAsync(Rounds);

        const int slack = Rounds / 5;
        await Eventually.IsTrueAsync(() => Held.Sockets() <= sockets + slack, () => $"{sockets} sockets before, {Held.Sockets()} after {Rounds} rounds");
        await Eventually.IsTrueAsync(() => Held.Threads() <= threads + slack, () => $"{threads} threads before, {Held.Threads()} after {Rounds} rounds");
    }

    [Fact]
    public async Task Stopping_all_stops_them_and_shows_them_and_no_listener_is_left()
    {
        var shop = new Shop();
        _ = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 20);
        await shop.B.KillAsync();
        IStoppable[] started = [shop.A, shop.B, shop.Balancer];

        var table = await RunningServers.StopAllAsync();

        Assert.All(started, one => Assert.Contains(table.Rows, row => row[0] == one.Name && row[1] == one.EndPoint.ToString()));
        Assert.Empty(RunningServers.All);
        Assert.Equal(HttpEventKind.Stopped, shop.Balancer.Log.Events[^1].Kind);
        if (OperatingSystem.IsLinux())
        {
            Assert.All(started, one => Assert.Equal(0, Held.ListenersOn(one.EndPoint.Port)));
            await Eventually.IsTrueAsync(() => Held.ThreadsNamed("think time") + Held.ThreadsNamed("Kestrel Timer") == 0, () => "a thread is still there");
        }

        Assert.Equal("No server was running.", (await RunningServers.StopAllAsync()).Note);
    }

    [Fact]
    public async Task Nothing_is_printed()
    {
        using var spy = new StringWriter();
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(spy);
        Console.SetError(spy);
        try
        {
            await using var shop = new Shop();
            var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 100, moments: new Moment(50, "B is killed", shop.B.KillAsync));
            _ = run.ToHtml() + run.Chart().ToHtml() + shop.Balancer.ToHtml() + shop.Balancer.Log.ToHtml() + shop.A.ToHtml();
            await shop.A.KillAsync();
            _ = await HttpLoad.AskAsync(shop.Balancer);
            Console.Write("the spy listens");
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        Assert.Equal("the spy listens", spy.ToString());
    }

    private static async Task RoundsAsync(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await using var shop = new Shop();
            var run = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 20, clients: 4, moments: new Moment(10, "B is killed", shop.B.KillAsync));
            Assert.Empty(run.Failures);
            await shop.B.StartAgainAsync();
        }
    }
}
