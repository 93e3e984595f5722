using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of start-up time, threads and memory, with one row per architecture.</summary>
internal static class CostByArchitecture
{
    public static Figure Draw(Footprint measured)
    {
        var names = new Axis("") { Names = [.. measured.Results.Select(result => result.Architecture.Name)], Reversed = true };
        return new Figure
        {
            Id = "cost-by-architecture",
            Title = "What it costs to be ready, and to hold a connection",
            Caption = "Each server runs in its own process; its worker processes are included. "
                + "Start-up: until clients can connect. "
                + "Threads: while it holds that many connections, or as many as it has workers. "
                + "Memory: the working set at rest, and its growth per connection; "
                + "architectures that need a worker for each connection have no bar there, because they hold too few.",
            Panels =
            [
                Panel(
                    "start-up",
                    new Axis("time", "ms") { Min = 0 },
                    names,
                    measured,
                    result => result.StartUp.TotalMilliseconds,
                    style: 0),
                Panel(
                    "threads",
                    new Axis(InvariantText.Format($"while {measured.Results.Max(result => result.Connections):N0} are held"))
                    {
                        Min = 0,
                    },
                    names,
                    measured,
                    result => result.Loaded.Threads,
                    style: 1),
                Panel(
                    "memory at rest",
                    new Axis("working set", "MiB") { Min = 0 },
                    names,
                    measured,
                    result => result.AtRest.Memory / 1048576.0,
                    style: 2),
                Panel(
                    "memory a connection",
                    new Axis("growth", "KiB") { Min = 0 },
                    names,
                    measured,
                    result => Math.Max(0, result.MemoryPerConnection / 1024 ?? 0),
                    style: 3),
            ],
        };
    }

    private static Panel Panel(
        string title, Axis axis, Axis names, Footprint measured, Func<FootprintResult, double> value, int style) =>
        new(
            title,
            axis,
            names,
            [
                new Series(
                    title,
                    Role.Measured,
                    Mark.Spans,
                    style,
                    [.. measured.Results.Select((result, i) => new Point(0, i + 1, value(result)))]),
            ]);
}
