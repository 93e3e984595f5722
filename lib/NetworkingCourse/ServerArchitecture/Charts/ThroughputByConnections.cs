using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of answers per second against the number of connections.</summary>
internal static class ThroughputByConnections
{
    public static Figure Draw(Throughput measured) => Draw(
        measured.Results.Select(result => (
            result.Server.Name, StyleOf(result.Server, measured), result.Connections, result.Load.Throughput)));

    /// <summary>Draws throughputs, in answers per second, of servers with these names and styles.</summary>
    public static Figure Draw(IEnumerable<(string Name, int Style, int Connections, double Throughput)> measured) => new()
    {
        Id = "throughput-by-connections",
        Title = $"Throughput with no think time, {InvariantText.Count(Environment.ProcessorCount, "core")}",
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
                    Max = measured.Max(result => result.Throughput) / 1000 * 1.08,
                },
                [
                    .. measured.GroupBy(result => (result.Name, result.Style)).Select(results => new Series(
                        results.Key.Name, Role.Measured, Mark.LineAndPoints, results.Key.Style,
                        [.. results.Select(result => new Point(result.Connections, result.Throughput / 1000))])),
                ]),
        ],
    };

    // A second server of the same architecture takes a style that no architecture has, counted from the end.
    private static int StyleOf(StandaloneServer server, Throughput measured)
    {
        var seconds = measured.Results.Select(result => result.Server).Distinct()
            .GroupBy(other => other.Architecture).SelectMany(same => same.Skip(1)).ToList();
        return seconds.IndexOf(server) is >= 0 and var place ? Series.Styles - 1 - place : server.Architecture.Style;
    }
}
