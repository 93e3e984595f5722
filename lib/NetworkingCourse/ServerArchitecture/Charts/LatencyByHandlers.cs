using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A chart of each client's latency, in the order served, for handlers that block pool threads, that
/// block dedicated threads, and that await.
/// </summary>
internal static class LatencyByHandlers
{
    public static Figure Draw(Starvation measured)
    {
        var clients = measured.Results.Max(result => result.Latencies.Count);
        return new Figure
        {
            Id = "pool-starvation",
            Title = InvariantText.Format($"{clients} handlers that wait for {InvariantText.Of(measured.Think)}, ")
                + InvariantText.Count(Environment.ProcessorCount, "core"),
            Caption = "Each client's latency, in the order served. "
                + "A handler that blocks holds a thread; "
                + "the pool has few and adds more only slowly, so most handlers wait for a thread. "
                + "On dedicated threads, or when awaiting, none does: the line shows that prediction.",
            Panels =
            [
                new Panel(
                    "",
                    new Axis("client, in the order served") { Min = 0, Max = clients + 1 },
                    new Axis("latency", "s") { Min = 0 },
                    [
                        .. measured.Results.Select((result, i) => new Series(
                            result.Handlers,
                            Role.Measured,
                            Mark.Points,
                            i,
                            [.. result.Latencies.Sorted.Select((latency, k) => new Point(k + 1, latency.TotalSeconds))])),
                        new Series(
                            "predicted, if no handler waits for a thread",
                            Role.Predicted,
                            Mark.Line,
                            Series.Ink,
                            [new Point(0, measured.Think.TotalSeconds), new Point(clients + 1, measured.Think.TotalSeconds)]),
                    ]),
            ],
        };
    }
}
