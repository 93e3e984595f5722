using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>Plots the congestion windows over time: the sawtooth.</summary>
internal static class WindowsOverTime
{
    public static Figure Draw(FlowsRun run) => new()
    {
        Id = $"congestion-windows-{run.Flows.Count}",
        Title = run.Flows.Count == 1 ? "A congestion window over time" : "Congestion windows over time",
        Caption = run.Flows.Count == 1
            ? "The window doubles every round trip until the queue first overflows; "
                + "from then on it grows by one segment per round trip, and halves when a segment is lost. "
                + "The lines are theory: above the upper one the queue overflows; "
                + "the window should not fall below the lower one, at half of that."
            : "Each flow acts on its own; none knows of the others.",
        Panels =
        [
            new Panel(
                "",
                new Axis("time", "s") { Min = 0, Max = run.Duration.TotalSeconds },
                new Axis("congestion window", "segments") { Min = 0 },
            [
                .. run.Flows.Select((_, i) => new Series(
                    run.Flows.Count == 1 ? "window" : run.NameOf(i), Role.Measured, Mark.Line, i,
                    [
                        .. run.Samples
                            .Where(sample => sample.At >= run.Flows[i].Starts)
                            .Select(sample => new Point(sample.At.TotalSeconds, sample.Windows[i])),
                    ])),
                .. run.Flows.Count == 1 ? Bounds(run) : [],
            ]),
        ],
    };

    private static IEnumerable<Series> Bounds(FlowsRun run) =>
    [
        Level(run, "the queue overflows", Role.Predicted, Series.Ink, run.Overflow),
        Level(run, "half of that", Role.Predicted, Series.Ink, run.Overflow / 2),
        Level(run, "the link is busy from here on", Role.Limit, Series.Limit, run.Pipe()),
    ];

    private static Series Level(FlowsRun run, string name, Role role, int style, double y) =>
        new(name, role, Mark.Line, style, [new Point(0, y), new Point(run.Duration.TotalSeconds, y)]);
}
