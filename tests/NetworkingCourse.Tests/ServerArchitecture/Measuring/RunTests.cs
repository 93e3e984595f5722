using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public sealed class RunTests : IAsyncLifetime
{
    private readonly Server _server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromSeconds(1) });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.StopAsync(TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.01, 1)]
    [InlineData(0.5, 50)]
    [InlineData(0.501, 51)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    public void A_quantile_is_the_latency_of_the_nearest_rank(double share, int expected)
    {
        var run = RunOf(Enumerable.Range(1, 100).Reverse().Select(i => Answered(i, seconds: i)));

        Assert.Equal(TimeSpan.FromSeconds(expected), run.Quantile(share));
    }

    [Fact]
    public void A_share_is_from_0_to_1()
    {
        var run = RunOf([Answered(1, 1)]);

        Assert.Throws<ArgumentOutOfRangeException>(() => run.Quantile(-0.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Quantile(99));
    }

    [Fact]
    public void Those_that_failed_are_counted_but_not_measured()
    {
        var run = RunOf([Answered(1, 2), Answered(2, 4), Failed(3, "reset by the server")]);

        Assert.Equal(2, run.Answered);
        Assert.Equal(TimeSpan.FromSeconds(3), run.MeanLatency);
        Assert.Equal(TimeSpan.FromSeconds(4), run.Makespan);
        Assert.Contains("2 of 3 clients answered", run.ToString(), StringComparison.Ordinal);
        Assert.Contains("reset by the server", run.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_never_connected_does_not_make_the_run_longer()
    {
        // Where all clients connect first, time counts from the moment when the last of them was ready or had failed.
        var early = new ClientRecord(2, 0, TimeSpan.FromSeconds(-9), null, [], "connection refused: no listener on that port");

        Assert.Equal(TimeSpan.FromSeconds(2), RunOf([Answered(1, 2), early]).Makespan);
    }

    [Fact]
    public void A_run_without_answers_can_still_be_shown_and_drawn()
    {
        var run = RunOf([Failed(1, "no answer within 1 s"), Failed(2, "no answer within 1 s")]);

        Assert.Equal(
            (0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero),
            (run.Answered, run.Makespan, run.MeanLatency, run.Quantile(0.99)));
        Assert.Contains("0 of 2 clients answered", run.ToString(), StringComparison.Ordinal);
        Assert.All(
            [run.Chart(), run.Timeline(), run.WorkerTimeline()],
            figure => Assert.Contains("course-figure", figure.ToHtml(), StringComparison.Ordinal));
    }

    private Run RunOf(IEnumerable<ClientRecord> clients)
    {
        ClientRecord[] records = [.. clients];
        var prediction = Prediction.For(Architecture.Async, _server.Options, records.Length);
        return new Run(_server, questions: 1, began: 0, records, prediction, events: []);
    }

    private static ClientRecord Answered(int number, double seconds) =>
        new(number, 40_000 + number, TimeSpan.Zero, TimeSpan.Zero, [TimeSpan.FromSeconds(seconds)], null);

    private static ClientRecord Failed(int number, string why) =>
        new(number, 40_000 + number, TimeSpan.Zero, TimeSpan.Zero, [], why);
}
