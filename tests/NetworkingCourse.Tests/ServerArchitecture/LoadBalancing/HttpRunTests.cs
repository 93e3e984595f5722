using NetworkingCourse.Figures;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>What a run reports about itself, tested with made-up answers.</summary>
public class HttpRunTests
{
    // 100 requests per second for a second; from the 51st on, those to B fail.
    private static readonly HttpRun Run = new(
        "a way", ["A", "B"], 2,
        [.. Enumerable.Range(1, 100).Select(number => number % 2 == 0
            ? Answer(number, "A", 200)
            : Answer(number, number <= 50 ? "B" : null, number <= 50 ? 200 : null))],
        [(TimeSpan.FromSeconds(0.5), "B is killed")]);

    [Fact]
    public void It_counts_who_answered_and_what_failed()
    {
        Assert.Equal("a way: 100 requests, 75 answered (A 50, B 25), 25 failed", Run.ToString());
        Assert.Equal((50, 25, 25), (Run.From("A"), Run.From("B"), Run.Failures.Count));
        Assert.Equal(2.0 / 3, Run.Share("A"), 6);
        Assert.Equal(TimeSpan.FromMilliseconds(20), Run.MeanLatency);
        Assert.Contains("no origin: connection refused", Run.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_over_time_adds_up_to_the_run_and_shows_the_moment()
    {
        var panel = Assert.Single(Run.Chart().Panels);
        var (a, b, failed, moment) = (panel.Series[0], panel.Series[1], panel.Series[2], panel.Series[3]);

        // Steps of 50 ms with five requests each; the rates are per second. Each request ends 20 ms after it was due: the first
        // step lacks two, and two end after the last step.
        Assert.Equal(20, a.Points.Count);
        Assert.Equal(
            [49, 25, 24],
            new[] { a, b, failed }.Select(series => Math.Round(series.Points.Sum(point => point.Y) * 0.05, 6)));
        Assert.All(
            a.Points.Zip(b.Points, failed.Points).Skip(1),
            step => Assert.Equal(100, step.First.Y + step.Second.Y + step.Third.Y, 6));
        Assert.Equal(60, a.Points[0].Y + b.Points[0].Y + failed.Points[0].Y, 6);
        Assert.All(failed.Points, point => Assert.Equal(point.X > 0.5, point.Y > 0));
        Assert.Equal("B is killed", moment.Name);
        Assert.All(moment.Points, point => Assert.Equal(0.5, point.X));
    }

    [Fact]
    public void An_origin_is_not_drawn_as_failing_before_it_was_killed_by_requests_that_it_had_in_hand_then()
    {
        // B is killed at 0.5 s while it handles a request that was due at 0.49 s; A answers that request later.
        var killed = new HttpRun(
            "a way", ["A", "B"], 1,
            [.. Enumerable.Range(1, 100).Select(number => Answer(number, number < 50 ? "B" : "A", 200) with
            {
                Latency = TimeSpan.FromMilliseconds(number == 50 ? 40 : 5),
            })],
            [(TimeSpan.FromSeconds(0.5), "B is killed")]);
        var (a, b) = (killed.Chart().Panels[0].Series[0], killed.Chart().Panels[0].Series[1]);

        Assert.All(a.Points.Where(point => point.X < 0.5), point => Assert.Equal(0, point.Y));
        Assert.All(b.Points.Where(point => point.X > 0.5), point => Assert.Equal(0, point.Y));
    }

    [Fact]
    public void The_chart_of_latencies_has_a_point_a_request()
    {
        var panel = Assert.Single(Run.Latencies().Panels);

        Assert.Equal(100, panel.Series.Where(series => series.Role == Role.Measured).Sum(series => series.Points.Count));
    }

    [Fact]
    public void A_run_of_which_nothing_was_answered_can_be_shown_too()
    {
        var lost = new HttpRun("a way", ["A"], 1, [Answer(1, null, null)], []);

        Assert.Equal("a way: 1 request, 0 answered (A 0), 1 failed", lost.ToString());
        Assert.Equal(0, lost.Share("A"));
        Assert.Equal(TimeSpan.Zero, lost.MeanLatency);
        Assert.NotEmpty(lost.Chart().ToHtml() + lost.Latencies().ToHtml() + lost.ToHtml());
    }

    private static HttpAnswer Answer(int number, string? origin, int? status) => new(
        number,
        1,
        "GET",
        TimeSpan.FromSeconds((number - 1) / 100.0),
        TimeSpan.FromMilliseconds(20),
        origin,
        status,
        status is null ? "connection refused" : "");
}
