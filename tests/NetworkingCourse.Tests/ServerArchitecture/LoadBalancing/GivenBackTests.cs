using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>
/// Origins and balancers leave nothing behind. Runs alone because threads, handles and the console belong to the whole process.
/// </summary>
[Collection(Alone.Name)]
public class GivenBackTests
{
    [Fact]
    public Task Starts_kills_and_stops_leave_threads_and_sockets_as_they_were() => Held.StaysAsItWasAsync(RoundsAsync);

    [Fact]
    public async Task Stopping_all_stops_them_and_shows_them_and_no_listener_is_left()
    {
        var before = Held.Now();
        var shop = new Shop();
        _ = await HttpLoad.ClosedLoopAsync(shop.Balancer, requests: 20);
        await shop.B.KillAsync();
        IStoppable[] started = [shop.A, shop.B, shop.Balancer];
        var listeners = Listeners.On([.. started.Select(one => one.EndPoint.Port)]);

        var table = await RunningServers.StopAllAsync();

        Assert.All(started, one => Assert.Contains(table.Rows, row => row[0] == one.Name && row[1] == one.EndPoint.ToString()));
        Assert.Empty(RunningServers.All);
        Assert.Equal(HttpEventKind.Stopped, shop.Balancer.Log.Events[^1].Kind);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(0, listeners.Left());
            await before.HoldsNoMoreThreadsNamedAsync("think time", "Kestrel Timer");
        }

        Assert.Equal("No server was running.", (await RunningServers.StopAllAsync()).Note);
    }

    [Fact]
    public Task Nothing_is_printed() => Printing.IsNothingAsync(async () =>
    {
        await using var shop = new Shop();
        var run = await HttpLoad.ClosedLoopAsync(
            shop.Balancer,
            requests: 100,
            moments: new Moment(50, "B is killed", shop.B.KillAsync));
        _ = run.ToHtml() + run.Chart().ToHtml() + shop.Balancer.ToHtml() + shop.Balancer.Log.ToHtml() + shop.A.ToHtml();
        await shop.A.KillAsync();
        _ = await HttpLoad.AskAsync(shop.Balancer);
    });

    private static async Task RoundsAsync(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await using var shop = new Shop();
            var run = await HttpLoad.ClosedLoopAsync(
                shop.Balancer,
                requests: 20,
                clients: 4,
                moments: new Moment(10, "B is killed", shop.B.KillAsync));
            // Only requests whose answer had begun to arrive when B was killed are lost: its beginning cannot be taken back.
            await Eventually.IsTrueAsync(
                () => shop.Balancer.Log.Events.Count(
                    entry => entry.Kind == HttpEventKind.GivenUp
                        && entry.Detail == "200: part of the answer has already been sent") == run.Failures.Count,
                () => string.Join(
                    '\n',
                    run.Failures.Select(failure => failure.Text)
                        .Concat(shop.Balancer.Log.Events.Select(entry => entry.ToString()))));
            await shop.B.StartAgainAsync();
        }
    }
}
