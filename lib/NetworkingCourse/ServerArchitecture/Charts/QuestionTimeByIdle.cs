using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>A chart of the time that one question takes, against the number of idle connections.</summary>
internal static class QuestionTimeByIdle
{
    public static Figure Draw(WakeUpCost measured) => new()
    {
        Id = "cost-of-a-wake-up",
        Title = "The cost of a wake-up against idle connections",
        Caption = "The median time of one question on one connection, while others are open and idle. "
            + "poll passes the list of all connections to the system each time; epoll is told only of the one that is ready. "
            + "The line shows linear growth: a constant plus a fixed amount per connection. "
            + "It is drawn through the first and last points of poll, so only the points in between test it.",
        Panels =
        [
            new Panel(
                "",
                new Axis("idle connections"),
                new Axis("one question, median", "µs")
                {
                    Min = 0,
                    Max = 1.08 * measured.Results.Max(result => result.Median.TotalMicroseconds),
                },
                [
                    .. measured.Results.GroupBy(result => result.Architecture).Select(results => new Series(
                        results.Key.Name,
                        Role.Measured,
                        Mark.LineAndPoints,
                        results.Key.Style,
                        [.. results.Select(result => new Point(result.Idle, result.Median.TotalMicroseconds))])),
                    .. Proportional(measured),
                ]),
        ],
    };

    private static IEnumerable<Series> Proportional(WakeUpCost measured)
    {
        var poll = measured.Results
            .Where(result => result.Architecture == Architecture.Poll)
            .OrderBy(result => result.Idle)
            .ToList();
        if (poll.Count < 2)
        {
            yield break;
        }

        var (first, last) = (poll[0], poll[^1]);
        var each = (last.Median - first.Median).TotalMicroseconds / (last.Idle - first.Idle);
        yield return new Series(
            "linear, through the first and last points",
            Role.Predicted,
            Mark.Line,
            Series.Ink,
            [
                .. Enumerable.Range(0, 61)
                    .Select(i => first.Idle + ((last.Idle - first.Idle) * i / 60))
                    .Select(idle => new Point(idle, first.Median.TotalMicroseconds + (each * (idle - first.Idle)))),
            ]);
    }
}
