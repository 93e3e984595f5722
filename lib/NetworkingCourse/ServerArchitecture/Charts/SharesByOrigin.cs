using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Which share of the requests each origin answered, a panel a run, with what theory says drawn in.</summary>
public static class SharesByOrigin
{
    /// <summary>Draws runs side by side.</summary>
    /// <param name="runs">Each run, and the share that theory gives to each origin, in the order of the run's origins, from 0 to 1.</param>
    public static Figure Draw(params IReadOnlyList<(HttpRun Run, IReadOnlyList<double> Predicted)> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        return new Figure
        {
            Id = "shares-by-origin",
            Title = "Which origin answers how much",
            Caption = string.Join("; ", runs.Select(pair => InvariantText.Format($"{pair.Run.RoutingPolicy}: {pair.Run.Throughput:F0} requests a second, mean latency {InvariantText.Of(pair.Run.MeanLatency)}"))) + ".",
            Panels = [.. runs.Select(pair => PanelOf(pair.Run, pair.Predicted))],
        };
    }

    private static Panel PanelOf(HttpRun run, IReadOnlyList<double> predicted) => new(
        run.RoutingPolicy,
        new Axis("origin") { Names = run.Origins },
        new Axis("share of the answers", "%") { Min = 0, Max = 100 },
        [
            new Series("measured", Role.Measured, Mark.Bars, 0, [.. run.Origins.Select((origin, i) => new Point(i + 1, run.Share(origin) * 100))]),
            new Series("predicted", Role.Predicted, Mark.Ticks, Series.Ink, [.. predicted.Select((share, i) => new Point(i + 1, share * 100))]),
        ]);
}
