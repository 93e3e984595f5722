using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of mean latency against offered load, with one panel per number of workers.</summary>
internal static class LatencyByLoad
{
    private const double HeaviestDrawn = 0.96;

    public static Figure Draw(QueueingCurve measured)
    {
        var highest = measured.Points.Max(point =>
            Math.Max(point.Run.Latencies.Mean.TotalMilliseconds, point.ForTheseArrivals.TotalMilliseconds)) * 1.1;
        return new Figure
        {
            Id = "latency-by-load",
            Title = InvariantText.Format($"Queueing: mean latency against load, service time {InvariantText.Of(measured.Think)}"),
            Caption = "Requests arrive at random; latency is measured from when each was due. "
                + "Load: the share of the time during which the workers are busy. "
                + "The line is M/D/c, which holds in the long run; "
                + "the marks are what the same theory predicts for exactly these requests. "
                + "At the same load, clients wait less with four workers than with one.",
            Panels =
            [
                .. measured.Points.GroupBy(point => point.Workers).Select(points => new Panel(
                    InvariantText.Format($"{points.Key} {(points.Key == 1 ? "worker" : "workers")}"),
                    new Axis("load") { Min = 0, Max = 1 },
                    new Axis("mean latency", "ms") { Min = 0, Max = highest },
                    [
                        new Series(
                            "measured",
                            Role.Measured,
                            Mark.Points,
                            Architecture.Threaded.Style,
                            [.. points.Select(point => new Point(point.Load, point.Run.Latencies.Mean.TotalMilliseconds))]),
                        new Series(
                            "predicted for these arrivals",
                            Role.Predicted,
                            Mark.Ticks,
                            Series.Ink,
                            [.. points.Select(point => new Point(point.Load, point.ForTheseArrivals.TotalMilliseconds))]),
                        new Series(
                            "predicted in the long run: M/D/c",
                            Role.Predicted,
                            Mark.Line,
                            Series.Ink,
                            [.. Curve(measured.Think, points.Key, highest)]),
                    ])),
            ],
        };
    }

    private static IEnumerable<Point> Curve(TimeSpan think, int workers, double highest) =>
        Enumerable.Range(0, 121).Select(i => i / 120.0 * HeaviestDrawn)
            .Select(load => new Point(load, Queueing.MeanLatency(think, workers, load).TotalMilliseconds))
            .TakeWhile(point => point.Y <= highest);
}
