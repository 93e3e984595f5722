using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A chart of the share of the requests that each origin answered, with the prediction of theory; one panel per run.
/// </summary>
public static class SharesByOrigin
{
    /// <summary>Draws runs side by side.</summary>
    /// <param name="runs">
    /// The runs, each with the predicted share of every origin, from 0 to 1, in the order of the run's origins.
    /// </param>
    public static Figure Draw(params IReadOnlyList<(HttpRun Run, IReadOnlyList<double> Predicted)> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        return new Figure
        {
            Id = "shares-by-origin",
            Title = "Share of the answers by origin",
            Caption = string.Join("; ", runs.Select(pair => $"{pair.Run.RoutingPolicy}: "
                + InvariantText.Format($"{pair.Run.Throughput:F0} requests per second, ")
                + $"mean latency {InvariantText.Of(pair.Run.MeanLatency)}")) + ".",
            Panels = [.. runs.Select(pair => PanelOf(pair.Run, pair.Predicted))],
        };
    }

    private static Panel PanelOf(HttpRun run, IReadOnlyList<double> predicted) => new(
        run.RoutingPolicy,
        new Axis("origin") { Names = run.Origins },
        new Axis("share of the answers", "%") { Min = 0, Max = 100 },
        [
            new Series(
                "measured",
                Role.Measured,
                Mark.Bars,
                0,
                [.. run.Origins.Select((origin, i) => new Point(i + 1, run.Share(origin) * 100))]),
            new Series(
                "predicted",
                Role.Predicted,
                Mark.Ticks,
                Series.Ink,
                [.. predicted.Select((share, i) => new Point(i + 1, share * 100))]),
        ]);
}
