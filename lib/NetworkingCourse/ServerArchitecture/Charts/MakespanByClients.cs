using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A chart of the makespan (when the last client has its answer) and of the mean latency, against the number of clients.
/// </summary>
internal static class MakespanByClients
{
    public static Figure Draw(Sweep sweep)
    {
        var clients = new Axis("clients arriving together") { Logarithmic = true };
        return new Figure
        {
            Id = "makespan-and-mean-by-clients",
            Title = InvariantText.Format(
                $"More clients: makespan and mean latency, think time {InvariantText.Of(sweep.Runs[0].Options.Think)}"),
            Caption = "Symbols are measured, lines are theory. "
                + "One at a time: N·S and (N+1)/2·S; W at a time: ⌈N/W⌉·S; all at once: S for every client. "
                + "Both scales are logarithmic: proportional growth is a line of slope 1.",
            Panels =
            [
                new Panel(
                    "makespan",
                    clients,
                    new Axis("time", "s") { Logarithmic = true },
                    Of(sweep, run => run.Makespan, prediction => prediction.Makespan)),
                new Panel(
                    "mean latency",
                    clients,
                    new Axis("time", "s") { Logarithmic = true },
                    Of(sweep, run => run.MeanLatency, prediction => prediction.Mean)),
            ],
        };
    }

    private static List<Series> Of(Sweep sweep, Func<Run, TimeSpan> measured, Func<Prediction, TimeSpan> predicted)
    {
        var series = sweep.Runs.GroupBy(run => run.Architecture)
            .Select(runs => new Series(
                runs.Key.Name,
                Role.Measured,
                Mark.Points,
                runs.Key.Style,
                [.. runs.Select(run => new Point(run.Clients.Count, measured(run).TotalSeconds))]))
            .ToList();
        // Several architectures share a theory; each theory is drawn once.
        foreach (var alike in sweep.Runs.GroupBy(run => (Formula(run), run.Questions)))
        {
            var (architecture, options, max) =
                (alike.First().Architecture, alike.First().Options, alike.Max(run => run.Clients.Count));
            series.Add(new Series(
                "predicted: " + alike.Key.Item1,
                Role.Predicted,
                Mark.Line,
                Series.Ink,
                [
                    .. Counts(max).Select(count => new Point(
                        count, predicted(Prediction.For(architecture, options, count, alike.Key.Questions)).TotalSeconds)),
                ]));
        }

        return series;
    }

    private static string Formula(Run run) => run.Architecture.AtOnce(run.Options, run.Clients.Count) switch
    {
        1 => "one at a time",
        int.MaxValue => "all at once",
        var workers => InvariantText.Format($"{workers} at a time"),
    };

    // With workers, the predicted curve is a staircase, so it needs more points than were measured.
    private static IEnumerable<int> Counts(int max) =>
        Enumerable.Range(0, 121).Select(i => (int)Math.Round(Math.Pow(max, i / 120.0))).Distinct();
}
