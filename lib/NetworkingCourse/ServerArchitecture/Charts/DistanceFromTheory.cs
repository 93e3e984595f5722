using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of the difference between measured and predicted makespans, in per cent.</summary>
internal static class DistanceFromTheory
{
    // Measurements on an idle machine should stay within this many per cent.
    private const double Tolerance = 3;

    public static Figure Draw(Sweep sweep)
    {
        var series = sweep.Runs.GroupBy(run => run.Architecture)
            .Select(runs => new Series(runs.Key.Name, Role.Measured, Mark.LineAndPoints, runs.Key.Style,
                [.. runs.Select(run => new Point(run.Clients.Count, (run.Makespan / run.Prediction.Makespan - 1) * 100))]))
            .ToList();
        double[] ends = [sweep.Runs.Min(run => run.Clients.Count), sweep.Runs.Max(run => run.Clients.Count)];
        series.Add(Level("predicted", Role.Predicted, 0, ends));
        series.Add(Level("3 % above and below", Role.Limit, Tolerance, ends));
        series.Add(Level("3 % above and below", Role.Limit, -Tolerance, ends));
        var farthest = series.SelectMany(s => s.Points).Max(point => Math.Abs(point.Y)) * 1.15;
        return new Figure
        {
            Id = "distance-from-theory",
            Title = InvariantText.Format(
                $"How far from theory: makespans, think time {InvariantText.Of(sweep.Runs[0].Options.Think)}"),
            Caption = "0 is exactly as predicted. Theory counts only the think time; "
                + "anything above 0 is the cost of connections, system calls, timers and the scheduler.",
            Panels =
            [
                new Panel(
                    "",
                    new Axis("clients arriving together") { Logarithmic = true },
                    new Axis("measured against predicted", "%") { Min = -farthest, Max = farthest },
                    series),
            ],
        };
    }

    private static Series Level(string name, Role role, double height, double[] ends) =>
        new(name, role, Mark.Line, role == Role.Limit ? Series.Limit : Series.Ink, [.. ends.Select(x => new Point(x, height))]);
}
