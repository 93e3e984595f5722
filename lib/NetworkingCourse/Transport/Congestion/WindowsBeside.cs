using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>Plots the first flow's window in several runs over the same link, to compare rules of growth.</summary>
internal static class WindowsBeside
{
    public static Figure Draw(IReadOnlyList<(string Name, FlowsRun Run)> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count, nameof(runs));
        var (first, duration) = (runs[0].Run, runs.Max(one => one.Run.Duration).TotalSeconds);
        return new Figure
        {
            Id = "congestion-windows-beside",
            Title = "Congestion windows, each alone on the same path",
            Caption = "From the lower line on, the link is busy; above the upper one, its queue overflows.",
            Panels =
            [
                new Panel(
                    "",
                    new Axis("time", "s") { Min = 0, Max = duration },
                    new Axis("congestion window", "segments") { Min = 0 },
                [
                    .. runs.Select((one, i) => new Series(
                        one.Name, Role.Measured, Mark.Line, i,
                        [.. one.Run.Samples.Select(sample => new Point(sample.At.TotalSeconds, sample.Windows[0]))])),
                    Level("the queue overflows", Role.Predicted, Series.Ink, first.Overflow),
                    Level("the link is busy from here on", Role.Limit, Series.Limit, first.Pipe()),
                ]),
            ],
        };

        Series Level(string name, Role role, int style, double y) =>
            new(name, role, Mark.Line, style, [new Point(0, y), new Point(duration, y)]);
    }
}
