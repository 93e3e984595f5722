using NetworkingCourse.Figures;

namespace NetworkingCourse.Transport;

/// <summary>
/// Plots the windows of two flows against each other, to show why additive increase and multiplicative decrease lead to fairness.
/// </summary>
internal static class WindowAgainstWindow
{
    public static Figure Draw(FlowsRun run, TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(run.Flows.Count, 2, nameof(run));
        var together = run.Samples
            .Where(sample => sample.At >= run.Flows[1].Starts && sample.At <= run.Flows[1].Starts + length)
            .ToArray();
        var max = together.Max(sample => Math.Max(sample.Windows[0], sample.Windows[1])) * 1.05;
        return new Figure
        {
            Id = "window-against-window",
            Title = "Two flows: window against window",
            Caption = "A point (x, y): the windows of the two flows at one moment, beginning at the start of the second. "
                + "While nothing is lost both grow by the same amount, parallel to the line of equal shares. When both lose, "
                + "both halve: the point moves towards the origin, and so closer to that line. When only one loses, the point "
                + "moves parallel to an axis.",
            Panels =
            [
                new Panel(
                    "",
                    new Axis("window of flow 1", "segments") { Min = 0, Max = max },
                    new Axis("window of flow 2", "segments") { Min = 0, Max = max },
                [
                    new Series(
                        "both windows", Role.Measured, Mark.Line, 0,
                        [
                            .. together.Select(sample => new Point(
                                sample.Windows[0],
                                sample.Windows[1],
                                Label: Display.InvariantText.Format($"{sample.At.TotalSeconds:F1} s"))),
                        ]),
                    new Series("equal shares", Role.Predicted, Mark.Line, Series.Ink, [new Point(0, 0), new Point(max, max)]),
                ]),
            ],
        };
    }
}
