using NetworkingCourse.Application;
using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Figures;

/// <summary>One of each of the course's charts, drawn once from real runs.</summary>
public sealed class SampleFigures : IAsyncLifetime
{
    public IReadOnlyList<Figure> All { get; private set; } = [];

    public async Task InitializeAsync()
    {
        var runs = new List<Run>();
        foreach (var architecture in Architecture.All)
        {
            await using var server = TestServers.Start(
                architecture.Name,
                new ServerOptions { Think = TimeSpan.FromMilliseconds(20) });
            runs.Add(await Load.ClosedLoopAsync(server, clients: 5));
            if (architecture == Architecture.Threaded)
            {
                All = [.. All, server.Log.Timeline(), runs[^1].WorkerTimeline()];
            }
        }

        await using var crowded = TestServers.Start("async");
        var crowd = await Load.ClosedLoopAsync(crowded, clients: 500);
        var sweep = await Sweep.RunAsync([1, 5], TimeSpan.FromMilliseconds(10));
        await using var shop = new Shop(thinkA: 5, thinkB: 10);
        var names = new NameServer("shop.test", [shop.A, shop.B], TimeSpan.FromHours(1));
        var kill = new Moment(50, "B is killed", shop.B.KillAsync);
        var balanced = await HttpLoad.SteadyAsync(shop.Balancer, requests: 100, perSecond: 500, moments: kill);
        await shop.B.StartAgainAsync();
        var named = await HttpLoad.SteadyAsync(names, requests: 100, perSecond: 500, moments: kill);
        All =
        [
            .. All,
            RequestsOverTime.Draw(balanced, named),
            LatencyOverTime.Draw(balanced),
            SharesByOrigin.Draw((balanced, [0.5, 0.5])),
            GoodputByLoad.Draw(
                [new("without a bound", 100, 100), new("without a bound", 400, 50), new("with a bound", 400, 190)],
                TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(75), TimeSpan.FromSeconds(1)),
        ];
        var ratios = await HitRatioBySize.MeasureAsync([5, 20], requests: 200);
        All = [.. All, ratios.Chart(Predict.Count("requests at the origin", 100), room: 5)];
        All = [.. All, LatencyByClient.Draw(runs), Timelines.Draw(runs), crowd.Chart(), sweep.Chart(), sweep.Distance()];
    }

    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>The tests that share the figures. Two sweeps at a time would replace each other's servers.</summary>
[CollectionDefinition(nameof(SampleFigures))]
public sealed class SharedFigures : ICollectionFixture<SampleFigures>;
