using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of answers per second against the number of connections.</summary>
internal static class ThroughputByConnections
{
    public static Figure Draw(Throughput measured) => new()
    {
        Id = "throughput-by-connections",
        Title = InvariantText.Format($"Throughput with no think time, {Environment.ProcessorCount} cores"),
        Caption = "Questions on open connections, one at a time on each: the next when the previous one has been answered. "
            + "Clients and server share the cores. "
            + "There is no prediction here: the cost of a question is what is being measured.",
        Panels =
        [
            new Panel(
                "", new Axis("connections") { Logarithmic = true },
                new Axis("answers", "1000/s")
                {
                    Min = 0,
                    Max = measured.Results.Max(result => result.Load.Throughput) / 1000 * 1.08,
                },
                [
                    .. measured.Results.GroupBy(result => result.Architecture).Select(results => new Series(
                        results.Key.Name, Role.Measured, Mark.LineAndPoints, results.Key.Style,
                        [.. results.Select(result => new Point(result.Connections, result.Load.Throughput / 1000))])),
                ]),
        ],
    };
}
