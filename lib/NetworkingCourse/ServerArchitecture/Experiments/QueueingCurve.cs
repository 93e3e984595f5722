using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Measures the mean latency of requests that arrive at random, against the load, which is how busy the workers are. Every queue
/// has this curve: it stays flat for a long time and then rises like a wall.
/// </summary>
public sealed class QueueingCurve : Shown
{
    private QueueingCurve(TimeSpan think, IReadOnlyList<QueueingPoint> points) => (Think, Points) = (think, points);

    /// <summary>The think time, which is the service time.</summary>
    public TimeSpan Think { get; }

    /// <summary>One point per number of workers and load.</summary>
    public IReadOnlyList<QueueingPoint> Points { get; }

    /// <summary>
    /// Measures a threaded server for each number of workers. The servers run at the same time;
    /// the loads follow one after the other.
    /// </summary>
    /// <param name="think">The think time.</param>
    /// <param name="workers">The numbers of workers.</param>
    /// <param name="loads">The loads, each above 0 and below 1.</param>
    /// <param name="duration">How long requests arrive at each load.</param>
    public static async Task<QueueingCurve> MeasureAsync(
        TimeSpan think, IReadOnlyList<int> workers, IReadOnlyList<double> loads, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(loads);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(think, TimeSpan.Zero);
        var curves = await Task
            .WhenAll(workers.Select(count => CurveAsync(think, count, loads, duration)))
            .ConfigureAwait(false);
        return new QueueingCurve(think, [.. curves.SelectMany(points => points)]);
    }

    /// <summary>A chart of mean latency against load, with the predictions of theory.</summary>
    public Figure Chart() => LatencyByLoad.Draw(this);

    private static async Task<IEnumerable<QueueingPoint>> CurveAsync(
        TimeSpan think, int workers, IReadOnlyList<double> loads, TimeSpan duration)
    {
        await using var server = await StandaloneServer
            .StartAsync(Architecture.Threaded, new ServerOptions { Think = think, Workers = workers })
            .ConfigureAwait(false);
        // Warm-up: the JIT compiles.
        _ = await OpenLoop.RunAsync(server, 0.5 * workers / think.TotalSeconds, think * 40).ConfigureAwait(false);
        var points = new List<QueueingPoint>();
        foreach (var load in loads)
        {
            var run = await OpenLoop
                .RunAsync(server, load * workers / think.TotalSeconds, duration, Arrivals.Random)
                .ConfigureAwait(false);
            points.Add(new QueueingPoint(
                workers,
                load,
                run,
                Queueing.MeanLatency(think, workers, load),
                Queueing.Replay([.. run.Requests.Select(request => request.Due)], think, workers).Mean));
        }

        return points;
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["workers", "load", "requests", "answered", "mean latency", "for these arrivals", "in the long run (M/D/c)"],
        Points.Select(IReadOnlyList<object?> (point) =>
        [
            point.Workers,
            InvariantText.Format($"{point.Load:0.00}"),
            point.Run.Requests.Count,
            point.Run.Latencies.Count,
            InvariantText.Of(point.Run.Latencies.Mean),
            InvariantText.Of(point.ForTheseArrivals),
            InvariantText.Of(point.InTheLongRun),
        ]),
        "With few requests, results scatter widely around the long-run mean. "
            + "The next-to-last column is the mean latency in a queue without any other cost, for exactly these arrival times.");
}

/// <summary>One measurement on a queueing curve.</summary>
/// <param name="Workers">The number of workers.</param>
/// <param name="Load">How busy the workers are, from 0 to 1.</param>
/// <param name="Run">The measured run.</param>
/// <param name="InTheLongRun">The mean latency that theory predicts in the long run.</param>
/// <param name="ForTheseArrivals">The mean latency that theory predicts for exactly these requests.</param>
public sealed record QueueingPoint(
    int Workers, double Load, OpenLoopRun Run, TimeSpan InTheLongRun, TimeSpan ForTheseArrivals);
