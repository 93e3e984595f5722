using NetworkingCourse.Figures;

namespace NetworkingCourse.Network;

/// <summary>Draws round-trip times over time, for one or more ping runs.</summary>
internal static class RoundTripsOverTime
{
    public static Figure Draw(string title, IReadOnlyList<(string Name, PingRun Run)> runs)
    {
        var highest = runs.SelectMany(run => run.Run.Replies).Max(reply => reply.RoundTrip?.TotalMilliseconds) ?? 1;
        var began = Math.Floor(runs.SelectMany(run => run.Run.Replies).Min(reply => reply.Sent.TotalSeconds));
        var ended = runs.SelectMany(run => run.Run.Replies).Max(reply => reply.Sent.TotalSeconds);
        var time = new Axis("sent at", "s") { Min = began, Max = Math.Max(ended, began + 1) };
        return new Figure
        {
            Id = "round-trips-over-time",
            Title = title,
            Caption =
                "Each point is an echo request: when it was sent and its round-trip time. Those at the bottom were not answered.",
            Panels =
            [
                .. runs.Select(run => new Panel(
                    runs.Count > 1 ? run.Name : "",
                    time,
                    new Axis("round trip", "ms") { Min = 0, Max = highest * 1.1 },
                    [
                        new Series(
                            "answered",
                            Role.Measured,
                            Mark.Points,
                            0,
                            [
                                .. run.Run.Replies
                                    .Where(reply => reply.RoundTrip is not null)
                                    .Select(reply =>
                                        new Point(reply.Sent.TotalSeconds, reply.RoundTrip!.Value.TotalMilliseconds)),
                            ]),
                        new Series(
                            "no answer",
                            Role.Limit,
                            Mark.Points,
                            Series.Limit,
                            [
                                .. run.Run.Replies
                                    .Where(reply => reply.RoundTrip is null)
                                    .Select(reply => new Point(reply.Sent.TotalSeconds, 0, null, reply.Outcome)),
                            ]),
                    ])),
            ],
        };
    }
}
