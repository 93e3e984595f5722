using System.Globalization;
using System.Text.RegularExpressions;
using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Checks whether charts show the architectures that they name. A busy machine only ever makes a client wait longer, and hardly
/// ever the same client in every run; a server that is not what it claims makes the same clients wait in every run. Therefore
/// each client's shortest latency over several runs of a chart counts. It may exceed theory by a quarter of a service time,
/// because the next worse architecture costs at least a third of one for every round of clients.
/// </summary>
internal static partial class ArchitectureCharts
{
    /// <summary>Finds what is wrong with a chart.</summary>
    /// <param name="runs">The same chart from one or more runs.</param>
    /// <returns>A sentence for each fault. Charts of anything else have no faults.</returns>
    public static IEnumerable<string> Faults(IReadOnlyList<Figure> runs)
    {
        var id = runs[0].Id;
        var isTimeline = id.StartsWith("timeline-", StringComparison.Ordinal)
            && !id.StartsWith("timeline-workers", StringComparison.Ordinal)
            && id != "timeline-log";
        return id.StartsWith("latency-by-client", StringComparison.Ordinal) ? Latencies(runs)
            : isTimeline ? Timelines(runs)
            : id == "makespan-and-mean-by-clients" ? Makespans(runs)
            : [];
    }

    private static IEnumerable<string> Latencies(IReadOnlyList<Figure> runs)
    {
        for (var i = 0; i < runs[0].Panels.Count; i++)
        {
            var predicted = Of(runs[0].Panels[i], Role.Predicted);
            var panels = runs.Select(run => run.Panels[i])
                .Where(panel => Of(panel, Role.Measured).Count == predicted.Count)
                .ToList();
            if (panels.Count == 0)
            {
                yield return $"{runs[0].Id}, {runs[0].Panels[i].Title}: not every client was answered.";
                continue;
            }

            var clients = (int)predicted[^1].X;
            if (IsBound(runs[0]))
            {
                // Handlers that compute share the cores with whatever else runs: theory is only a bound for the last client.
                var shortest = panels.Min(panel => Of(panel, Role.Measured)[^1].Y);
                if (shortest < predicted[^1].Y * 0.5 || shortest > predicted[^1].Y * 3)
                {
                    yield return Fault(runs[0], panels[0].Title, clients, shortest, predicted[^1].Y);
                }

                continue;
            }

            var service = predicted[0].Y;
            var theory = Theory(panels[0].Title, service, clients);
            foreach (var (place, point) in predicted.Index())
            {
                var (client, expected) = ((int)point.X, theory[(int)point.X - 1]);
                if (Math.Abs(point.Y - expected) > 1e-6 * Math.Max(1, expected))
                {
                    yield return $"{runs[0].Id}, {panels[0].Title}: the prediction for client {client} is drawn at {point.Y} s; "
                        + $"theory says {expected} s.";
                }

                var shortest = panels.Min(panel => Of(panel, Role.Measured)[place].Y);
                if (!IsNear(shortest, expected, service, clients))
                {
                    yield return Fault(runs[0], panels[0].Title, client, shortest, expected);
                }
            }
        }
    }

    /// <summary>Checks when each client was done, in that order: which of them was first is chance.</summary>
    private static IEnumerable<string> Timelines(IReadOnlyList<Figure> runs)
    {
        for (var i = 0; i < runs[0].Panels.Count; i++)
        {
            var ends = runs.Select(run => Ends(run.Panels[i])).ToList();
            var predicted = Predictions(runs[0].Panels[i]);
            if (IsBound(runs[0]) || predicted.Count == 0)
            {
                continue;
            }

            foreach (var (rank, end) in ends.MinBy(run => run.Count)!.Index())
            {
                var distances = runs.Select(run => (Measured: Ends(run.Panels[i]), Predicted: Predictions(run.Panels[i])))
                    .Where(run => rank < run.Predicted.Count && rank < run.Measured.Count)
                    .Select(run => (run.Measured[rank], run.Predicted[rank]))
                    .ToList();
                if (distances.Count > 0
                    && !distances.Exists(pair => IsNear(pair.Item1, pair.Item2, predicted[0], predicted.Count)))
                {
                    yield return Fault(runs[0], runs[0].Panels[i].Title, rank + 1, distances[0].Item1, distances[0].Item2);
                }
            }
        }
    }

    /// <summary>Checks the makespan and the mean of each architecture, for each number of clients.</summary>
    private static IEnumerable<string> Makespans(IReadOnlyList<Figure> runs)
    {
        var service = double.Parse(ThinkTime().Match(runs[0].Title).Groups["time"].Value, CultureInfo.InvariantCulture)
            * (ThinkTime().Match(runs[0].Title).Groups["unit"].Value == "ms" ? 1e-3 : 1);
        for (var i = 0; i < 2; i++)
        {
            // What a server of the learner's claims, no name tells.
            foreach (var series in runs[0].Panels[i].Series.Where(
                series => series.Role == Role.Measured && series.Style != Series.Own))
            {
                foreach (var (place, point) in series.Points.Index())
                {
                    var theory = Theory(series.Name, service, (int)point.X);
                    var expected = i == 0 ? theory[^1] : theory.Average();
                    var shortest = runs.Min(run => run.Panels[i].Series
                        .Single(other => other.Role == Role.Measured && other.Name == series.Name)
                        .Points[place].Y);
                    if (!IsNear(shortest, expected, service, (int)point.X))
                    {
                        yield return Fault(runs[0], series.Name, (int)point.X, shortest, expected);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Whether the measured time is at least 97 % of the expected one, because timers may be early, and at most a quarter of a
    /// service time longer, plus what connecting costs: a tenth of a millisecond per client.
    /// </summary>
    private static bool IsNear(double measured, double expected, double service, int clients) =>
        measured >= (0.97 * expected) - 0.002 && measured <= (1.05 * expected) + (service / 4) + 0.02 + (1e-4 * clients);

    /// <summary>
    /// Returns the latency of each client, for "threaded, 4 workers" or "async", as the library's own theory predicts it, not as
    /// it was drawn.
    /// </summary>
    private static double[] Theory(string title, double service, int clients)
    {
        var parts = title.Split(", ");
        var options = new ServerOptions { Think = TimeSpan.FromSeconds(service) };
        if (parts.Length > 1)
        {
            options = options with { Workers = int.Parse(parts[1].Split(' ')[0], CultureInfo.InvariantCulture) };
        }

        var prediction = Prediction.For(Architecture.Find(parts[0]), options, clients);
        return [.. prediction.Latencies.Select(latency => latency.TotalSeconds)];
    }

    private static IReadOnlyList<Point> Of(Panel panel, Role role) => panel.Series.Single(series => series.Role == role).Points;

    private static List<double> Ends(Panel panel) =>
    [
        .. panel.Series.Single(series => series.Name == "served").Points
            .GroupBy(point => point.Y)
            .Select(row => row.Max(point => point.XEnd!.Value))
            .Order(),
    ];

    private static List<double> Predictions(Panel panel) => [.. Of(panel, Role.Predicted).Select(point => point.X).Order()];

    private static bool IsBound(Figure figure) => figure.Caption.Contains("computes", StringComparison.Ordinal);

    private static string Fault(Figure figure, string title, int client, double measured, double expected) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{figure.Id}, {title}: client {client} took {measured:F3} s at the least; theory says {expected:F3} s.");

    [GeneratedRegex(@"think time (?<time>[\d.]+) (?<unit>ms|s)")]
    private static partial Regex ThinkTime();
}
