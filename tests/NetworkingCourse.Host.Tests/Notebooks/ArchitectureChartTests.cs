using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Tests the check of the charts itself: it accepts real runs, and notices servers that are not what their charts say.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class ArchitectureChartTests
{
    private const int Clients = 10;

    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(100);

    private static int _started;

    public static TheoryData<string> Architectures => [.. Architecture.All.Select(architecture => architecture.Name)];

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task A_server_that_is_what_its_charts_say_is_accepted(string architecture)
    {
        var (latencies, timelines) = (new List<Figure>(), new List<Figure>());
        List<string> faults;
        do
        {
            var run = await RunAsync(Architecture.Find(architecture));
            latencies.Add(run.Chart());
            timelines.Add(run.Timeline());
            faults = [.. ArchitectureCharts.Faults(latencies), .. ArchitectureCharts.Faults(timelines)];
            Assert.True(faults.Count == 0 || latencies.Count < 10, string.Join('\n', faults));
        }
        while (faults.Count > 0);
    }

    [Fact]
    public async Task An_async_server_that_serves_one_client_after_the_other_is_noticed()
    {
        var (fact, claim) = (await RunAsync(Architecture.Sequential), await RunAsync(Architecture.Async));
        Assert.NotEmpty(ArchitectureCharts.Faults([Pretending(claim.Chart(), fact.Chart())]));
        Assert.NotEmpty(ArchitectureCharts.Faults([Pretending(claim.Timeline(), fact.Timeline())]));
    }

    [Fact]
    public async Task A_server_that_has_lost_a_worker_is_noticed()
    {
        var fact = await RunAsync(Architecture.Threaded, workers: 3);
        var claim = await RunAsync(Architecture.Threaded, workers: 4);
        Assert.NotEmpty(ArchitectureCharts.Faults([Pretending(claim.Chart(), fact.Chart())]));
        Assert.NotEmpty(ArchitectureCharts.Faults([Pretending(claim.Timeline(), fact.Timeline())]));
    }

    [Fact]
    public async Task Series_that_were_swapped_are_noticed()
    {
        var (one, other) = (await RunAsync(Architecture.Sequential), await RunAsync(Architecture.Threaded));
        var chart = LatencyByClient.Draw(one, other);
        Assert.NotEmpty(ArchitectureCharts.Faults([chart with { Panels = [.. chart.Panels.Select(WithRolesSwapped)] }]));
        var (first, second) = (chart.Panels[0], chart.Panels[1]);
        var swapped = chart with { Panels = [Pretending(first, second), Pretending(second, first)] };
        Assert.NotEmpty(ArchitectureCharts.Faults([swapped]));
    }

    [Fact]
    public async Task In_a_sweep_the_one_architecture_that_is_another_is_noticed()
    {
        var sweep = await Sweep.RunAsync([1, Clients], Think, architectures: [Architecture.Sequential, Architecture.Async]);
        var chart = sweep.Chart();
        var swapped = chart with { Panels = [.. chart.Panels.Select(panel => WithNamesSwapped(panel, "sequential", "async"))] };
        Assert.NotEmpty(ArchitectureCharts.Faults([swapped]));
    }

    private static async Task<Run> RunAsync(Architecture architecture, int workers = 4)
    {
        var name = $"chart {Interlocked.Increment(ref _started)}";
        await using var server = architecture.Start(new ServerOptions { Name = name, Think = Think, Workers = workers });
        // Each worker process compiles its code during its first conversation: a first load gets that out of the way.
        await Load.ClosedLoopAsync(server, Clients);
        return await Load.ClosedLoopAsync(server, Clients);
    }

    /// <summary>Returns the chart of a server that claims to be one architecture, and behaves as another.</summary>
    private static Figure Pretending(Figure claim, Figure fact) =>
        claim with { Panels = [.. claim.Panels.Zip(fact.Panels, Pretending)] };

    private static Panel Pretending(Panel claim, Panel fact) => claim with
    {
        Series =
        [
            .. claim.Series.Where(series => series.Role == Role.Predicted),
            .. fact.Series.Where(series => series.Role == Role.Measured),
        ],
    };

    private static Panel WithRolesSwapped(Panel panel) =>
        panel with { Series = [.. panel.Series.Select(WithRoleSwapped)] };

    private static Series WithRoleSwapped(Series series) =>
        series with { Role = series.Role == Role.Measured ? Role.Predicted : Role.Measured };

    private static Panel WithNamesSwapped(Panel panel, string one, string other) =>
        panel with { Series = [.. panel.Series.Select(series => WithName(series, one, other))] };

    private static Series WithName(Series series, string one, string other) =>
        series with { Name = series.Name == one ? other : series.Name == other ? one : series.Name };
}
