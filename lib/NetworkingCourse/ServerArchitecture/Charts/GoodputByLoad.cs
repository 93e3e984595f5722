using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A chart of goodput against offered load: how many requests per second have their answer while their client still waits for
/// it, as more and more clients ask.
/// </summary>
public static class GoodputByLoad
{
    private const int Steps = 120;

    /// <summary>Draws the measurements of servers that have one worker each.</summary>
    /// <param name="measured">The measurements; those of one server are joined by a line.</param>
    /// <param name="service">The time that the worker needs for a request.</param>
    /// <param name="patience">How long a client waits for its answer.</param>
    /// <param name="duration">How long requests kept coming, at equal intervals, at each load.</param>
    public static Figure Draw(
        IReadOnlyList<GoodputPoint> measured, TimeSpan service, TimeSpan patience, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentOutOfRangeException.ThrowIfZero(measured.Count, nameof(measured));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(service, TimeSpan.Zero);
        var max = measured.Max(point => point.Offered);
        var loads = Enumerable.Range(1, Steps).Select(step => max * step / Steps).ToList();
        return new Figure
        {
            Id = "goodput-by-load",
            Title = InvariantText.Format($"Answers in time against requests, {1 / service.TotalSeconds:0} a second are possible"),
            Caption = InvariantText.Format($"A worker needs {InvariantText.Of(service)} for each request; ")
                + InvariantText.Format($"a client waits {InvariantText.Of(patience)} for its answer, ")
                + "counted from when it was due; "
                + InvariantText.Format($"requests came for {InvariantText.Of(duration)}. ")
                + "The dashed lines are predictions: the most that is possible, "
                + "and a queue that takes everyone, in the order in which they come.",
            Panels =
            [
                new Panel(
                    "",
                    new Axis("requests offered", "1/s") { Min = 0, Max = max * 1.05 },
                    new Axis("answers in time", "1/s")
                    {
                        Min = 0,
                        Max = Math.Max(1 / service.TotalSeconds, measured.Max(point => point.InTime)) * 1.1,
                    },
                    [
                        .. measured.GroupBy(point => point.Server).Select((points, place) => new Series(
                            points.Key, Role.Measured, Mark.LineAndPoints, place,
                            [.. points.Select(point => new Point(point.Offered, point.InTime))])),
                        new Series(
                            "the most that is possible", Role.Predicted, Mark.Line, Series.Ink,
                            [.. loads.Select(load => new Point(load, Math.Min(load, 1 / service.TotalSeconds)))]),
                        new Series(
                            "predicted without a bound", Role.Predicted, Mark.Line, Series.Ink,
                            [.. loads.Select(load => new Point(load, Unbounded(load, service, patience, duration)))]),
                    ]),
            ],
        };
    }

    /// <summary>The answers in time per second of a server that puts every request into its queue.</summary>
    internal static double Unbounded(double load, TimeSpan service, TimeSpan patience, TimeSpan duration)
    {
        var due = ArrivalTimes.Of(Arrivals.Even, load, duration);
        return Queueing.Replay(due, service, workers: 1).Sorted.Count(latency => latency <= patience) / duration.TotalSeconds;
    }
}

/// <summary>How many requests were answered in time at one load.</summary>
/// <param name="Server">The name of the server.</param>
/// <param name="Offered">The requests per second that were sent to it.</param>
/// <param name="InTime">The requests per second whose answers came in time.</param>
public sealed record GoodputPoint(string Server, double Offered, double InTime);
