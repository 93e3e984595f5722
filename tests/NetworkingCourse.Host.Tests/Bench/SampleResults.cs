using NetworkingCourse.Host.Bench;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Bench;

/// <summary>Results such as a benchmark produces, with figures that the test chooses.</summary>
internal static class SampleResults
{
    public static readonly string[] Names =
    [
        "sequential",
        "threaded",
        "thread-per-connection",
        "processes",
        "poll",
        "epoll",
        "loop-per-core",
        "callbacks",
        "async",
        "kestrel",
    ];

    /// <summary>One architecture measured in one round per figure.</summary>
    public static Cell Measured(string architecture, int connections, params double[] throughputs)
    {
        var cell = new Cell(architecture, connections, BenchPlan.DefaultWorkers)
        {
            StartUp = TimeSpan.FromMilliseconds(120),
            AtRest = new ProcessResources(1, 14, 44_000_000, 8_000_000, 0.1),
        };
        for (var round = 0; round < throughputs.Length; round++)
        {
            cell.Add(Slice(round, throughputs[round]));
        }

        return cell;
    }

    public static Slice Slice(int round, double throughput)
    {
        var latencies = new LatencyHistogram();
        latencies.Record(System.Diagnostics.Stopwatch.Frequency / 10_000);
        var resources = new ProcessResources(1, 20, 60_000_000, 20_000_000, 3);
        return new Slice(round, throughput, (long)throughput, 0.7, 12.5, latencies, resources);
    }

    public static BenchResults Of(params Cell[] cells) => new(cells.Select(cell => cell.Architecture).Distinct(), cells);
}
