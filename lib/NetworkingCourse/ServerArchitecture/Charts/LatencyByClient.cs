using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The course's central chart: each client's latency, in the order served, overlaid with the prediction.</summary>
public static class LatencyByClient
{
    // Up to MaxBars clients, each has its own bar; up to MaxPoints, its own point; beyond that,
    // a point stands for several clients.
    private const int MaxBars = 40;
    private const int MaxPoints = 400;

    /// <summary>Draws runs side by side, on a common scale.</summary>
    /// <param name="runs">One or more runs.</param>
    public static Figure Draw(params IReadOnlyList<Run> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        var max = runs.Max(run => run.Clients.Count);
        var many = max > MaxPoints
            ? InvariantText.Format($" Each point stands for one of {MaxPoints} equal parts of the clients.")
            : "";
        var bound = runs.Any(run => run.Prediction.IsBound)
            ? " Where thinking computes, the prediction is the best that this number of cores allows."
            : "";
        var clients = max == 1 ? "client" : "clients arriving together";
        return new Figure
        {
            Id = $"latency-by-client-{string.Join('-', runs.Select(run => run.Architecture.Name).Distinct())}",
            Title = InvariantText.Format(
                $"Latency by client, think time {InvariantText.Of(runs[0].Options.Think)}, {max:N0} {clients}"),
            Caption = $"From a client's start to its last answer, in the order served.{many}{bound} "
                + string.Join("; ", runs.Select(run => $"{run.Architecture.Name}: predicted for {run.Prediction.Formula}")) + ".",
            // One scale for all panels, because readers compare the heights.
            Panels = [.. runs.Select(run => PanelOf(run, runs.Max(Highest) * 1.08))],
        };
    }

    private static Panel PanelOf(Run run, double top)
    {
        var bars = run.Clients.Count <= MaxBars;
        var measured = new Series(
            "measured: " + run.Architecture.Name,
            Role.Measured,
            bars ? Mark.Bars : Mark.Points,
            run.Architecture.Style,
            Thin(run.Latencies));
        var predicted = new Series(
            "predicted", Role.Predicted, bars ? Mark.Ticks : Mark.Line, Series.Ink, Thin(run.Prediction.Latencies));
        return new Panel(
            run.Architecture.Waiting == Parallelism.Workers
                ? InvariantText.Format($"{run.Architecture.Name}, {run.Options.Workers} workers")
                : run.Architecture.Name,
            new Axis("client, in the order served")
            {
                Whole = true,
                Min = bars ? 0.4 : null,
                Max = bars ? run.Clients.Count + 0.6 : null,
            },
            new Axis("latency", "s") { Min = 0, Max = top },
            run.Guesses.Count == 0 ? [measured, predicted] : [measured, predicted, Guessed(run)]);
    }

    private static Series Guessed(Run run) => new(
        "your prediction", Role.Guessed, Mark.Points, Series.Own,
        [.. run.Guesses.Select(guess => new Point(guess.Client!.Value, guess.Value!.Value))]);

    private static double Highest(Run run) =>
        run.Latencies.Concat(run.Prediction.Latencies).Select(latency => latency.TotalSeconds)
            .Concat(run.Guesses.Select(guess => guess.Value!.Value)).Max() is > 0 and var highest
            ? highest
            : 0.001;

    private static Point[] Thin(IReadOnlyList<TimeSpan> latencies)
    {
        var step = Math.Max(1, (double)latencies.Count / MaxPoints);
        return
        [
            .. Enumerable.Range(0, (int)Math.Min(latencies.Count, MaxPoints))
                .Select(part => Math.Min(latencies.Count, (int)Math.Round((part + 1) * step)))
                .Select(rank => new Point(rank, latencies[rank - 1].TotalSeconds)),
        ];
    }
}
