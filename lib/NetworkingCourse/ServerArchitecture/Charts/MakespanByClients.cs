using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>When the last client has its answer, and how long the average one waits, against the number of clients.</summary>
internal static class MakespanByClients
{
    public static Figure Draw(Sweep sweep)
    {
        var clients = new Axis("clients arriving together") { Logarithmic = true };
        return new Figure
        {
            Id = "makespan-and-mean-by-clients",
            Title = Words.Invariant($"More clients: makespan and mean latency, think time {Words.Of(sweep.Runs[0].Options.Think)}"),
            Caption = "Symbols are measured, lines are theory. Sequential: N·S and (N+1)/2·S; W workers: ⌈N/W⌉·S; async: S for everybody. Both scales are logarithmic: proportional growth is a line of slope 1.",
            Panels =
            [
                new Panel("makespan", clients, new Axis("time", "s") { Logarithmic = true }, Of(sweep, run => run.Makespan, prediction => prediction.Makespan)),
                new Panel("mean latency", clients, new Axis("time", "s") { Logarithmic = true }, Of(sweep, run => run.MeanLatency, prediction => prediction.Mean)),
            ],
        };
    }

    private static List<Series> Of(Sweep sweep, Func<Run, TimeSpan> measured, Func<Prediction, TimeSpan> predicted)
    {
        var series = new List<Series>();
        foreach (var runs in sweep.Runs.GroupBy(run => run.Architecture))
        {
            var most = runs.Max(run => run.Clients.Count);
            var style = runs.Key.Style;
            series.Add(new Series(runs.Key.Name + ", measured", Role.Measured, Mark.Points, style,
                [.. runs.Select(run => new Point(run.Clients.Count, measured(run).TotalSeconds))]));
            series.Add(new Series(runs.Key.Name + ", predicted", Role.Predicted, Mark.Line, style,
                [.. Counts(most).Select(count => new Point(count, predicted(Prediction.For(runs.Key, runs.First().Options, count, runs.First().Questions)).TotalSeconds))]));
        }

        return series;
    }

    // The theory of workers is a staircase: it needs more places than were measured.
    private static IEnumerable<int> Counts(int most) => Enumerable.Range(0, 121).Select(i => (int)Math.Round(Math.Pow(most, i / 120.0))).Distinct();
}
