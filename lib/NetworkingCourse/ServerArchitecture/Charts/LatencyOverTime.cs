using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A chart of each request's latency over time, grouped by the origin that answered it; upright
/// lines mark interventions during the run.
/// </summary>
public static class LatencyOverTime
{
    /// <summary>Draws runs side by side, on a common scale.</summary>
    /// <param name="runs">One or more runs.</param>
    public static Figure Draw(params IReadOnlyList<HttpRun> runs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(runs.Count);
        var top = runs.Max(run => run.Answers.Max(answer => answer.Latency)).TotalMilliseconds * 1.08;
        var moments = runs[0].Moments.Select(moment => moment.What.ToLowerInvariant().Replace(' ', '-'));
        return new Figure
        {
            Id = $"latency-over-time-{runs.Count}-{string.Join('-', moments)}".TrimEnd('-'),
            Title = "Latency over time",
            Caption = "One point per request: when it was due, and how long after that it was answered or failed.",
            Panels = [.. runs.Select(run => new Panel(
                runs.Count > 1 ? run.RoutingPolicy : "",
                new Axis("time since the clients started", "s")
                {
                    Min = 0,
                    Max = run.Answers.Max(answer => answer.Due).TotalSeconds * 1.02,
                },
                new Axis("latency", "ms") { Min = 0, Max = top },
                [.. Answers(run), .. RequestsOverTime.Moments(run, top)]))],
        };
    }

    private static IEnumerable<Series> Answers(HttpRun run) => run.Origins
        .Select((origin, i) => Of(
            "answered by " + origin, i, run.Answers.Where(answer => answer.Succeeded && answer.Origin == origin)))
        .Append(Of("failed", RequestsOverTime.FailedStyle, run.Failures));

    private static Series Of(string name, int style, IEnumerable<HttpAnswer> answers) => new(
        name,
        Role.Measured,
        Mark.Points,
        style,
        [
            .. answers.Select(answer => new Point(
                answer.Due.TotalSeconds,
                answer.Latency.TotalMilliseconds,
                Label: InvariantText.Format($"request {answer.Number} of client {answer.Client}"))),
        ]);
}
