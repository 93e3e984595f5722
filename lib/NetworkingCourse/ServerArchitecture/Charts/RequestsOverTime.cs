using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A chart of the requests that each origin answered over time, and of those that failed; upright
/// lines mark interventions during the run.
/// </summary>
public static class RequestsOverTime
{
    /// <summary>The style of failures: red in every chart.</summary>
    internal const int FailedStyle = Series.Limit;

    private const int MaxSteps = 40;

    private static readonly int[] Factors = [1, 2, 5, 10];

    /// <summary>Draws runs side by side, on a common scale.</summary>
    /// <param name="runs">One or more runs.</param>
    public static Figure Draw(params IReadOnlyList<HttpRun> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        var width = Step(runs.Max(Span));
        var panels = runs.Select(run => Rates(run, width)).ToList();
        var top = panels.SelectMany(panel => panel).SelectMany(series => series.Points).Max(point => point.Y) * 1.1;
        var moments = runs[0].Moments.Select(moment => moment.What.ToLowerInvariant().Replace(' ', '-'));
        return new Figure
        {
            Id = $"requests-over-time-{runs.Count}-{string.Join('-', moments)}".TrimEnd('-'),
            Title = "Which origin answers, and what fails",
            Caption = "Requests per second, counted when they were answered or failed, "
                + InvariantText.Format($"in steps of {InvariantText.Of(TimeSpan.FromSeconds(width))}. ")
                + $"{string.Join("; ", runs.Select(run => run.ToString()))}.",
            Panels = [.. runs.Zip(panels, (run, rates) => new Panel(
                runs.Count > 1 ? run.RoutingPolicy : "",
                new Axis("time since the clients started", "s") { Min = 0, Max = runs.Max(Span) },
                new Axis("requests", "1/s") { Min = 0, Max = top },
                [.. rates, .. Moments(run, top)]))],
        };
    }

    /// <summary>An upright line at each intervention.</summary>
    internal static IEnumerable<Series> Moments(HttpRun run, double top) => run.Moments.Select((moment, i) => new Series(
        moment.What,
        Role.Limit,
        Mark.Line,
        i == 0 ? Series.Ink : i + 5,
        [new Point(moment.At.TotalSeconds, 0), new Point(moment.At.TotalSeconds, top)]));

    // The last request counts for the average interval between requests.
    private static double Span(HttpRun run) =>
        Math.Max(
            0.001,
            run.Answers.Max(answer => answer.Due).TotalSeconds * run.Answers.Count / Math.Max(1, run.Answers.Count - 1));

    /// <summary>A round step width that keeps the number of steps within the limit: 1, 2 or 5 times a power of ten.</summary>
    private static double Step(double span)
    {
        var decade = Math.Pow(10, Math.Floor(Math.Log10(span / MaxSteps)));
        return Factors.Select(factor => factor * decade).First(step => span / step <= MaxSteps);
    }

    private static List<Series> Rates(HttpRun run, double width)
    {
        var origins = run.Origins.Select((origin, i) => new Series(
            "answered by " + origin,
            Role.Measured,
            Mark.LineAndPoints,
            i,
            Rate(run, width, answer => answer.Succeeded && answer.Origin == origin)));
        return
        [
            .. origins,
            new Series("failed", Role.Measured, Mark.Bars, FailedStyle, Rate(run, width, answer => !answer.Succeeded)),
        ];
    }

    private static Point[] Rate(HttpRun run, double width, Func<HttpAnswer, bool> counts)
    {
        // Whole steps only: a partial step at the end gives no meaningful rate.
        var steps = new int[Math.Max(1, (int)(Span(run) / width + 0.01))];
        // Requests are counted by their end, not by when they were due: an origin that is killed has sent all its answers before
        // that moment. The small offset assigns a request that ends at the very start of a step to that step, despite rounding.
        foreach (var step in run.Answers
            .Where(counts)
            .Select(answer => (int)((answer.Due + answer.Latency).TotalSeconds / width + 0.0001))
            .Where(step => step < steps.Length))
        {
            steps[step]++;
        }

        return [.. steps.Select((count, step) => new Point((step + 0.5) * width, count / width))];
    }
}
