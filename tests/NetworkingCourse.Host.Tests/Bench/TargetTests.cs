using NetworkingCourse.Host.Bench;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Bench;

public sealed class TargetTests
{
    [Theory]
    [InlineData(1, 950, true)]
    [InlineData(1, 940, false)]
    [InlineData(64, 1000, true)]
    [InlineData(64, 999, false)]
    [InlineData(1000, 1200, true)]
    [InlineData(1000, 1190, false)]
    public void Async_is_measured_against_kestrel(int connections, double throughput, bool reached)
    {
        var results = SampleResults.Of(
            SampleResults.Measured("async", connections, throughput), SampleResults.Measured("kestrel", connections, 1000));
        var target = Find(results, "async, throughput", connections);
        Assert.Equal(reached, target.Reached);
        Assert.Equal(FormattableString.Invariant($"{throughput / 1000:0.00} × kestrel"), target.Measured);
    }

    [Theory]
    [InlineData(1300, true)]
    [InlineData(1290, false)]
    public void Epoll_is_measured_against_kestrel(double throughput, bool reached)
    {
        var results = SampleResults.Of(
            SampleResults.Measured("epoll", 64, throughput), SampleResults.Measured("kestrel", 64, 1000));
        Assert.Equal(reached, Find(results, "epoll, throughput", 64).Reached);
    }

    [Fact]
    public void Without_kestrel_or_at_other_connections_nothing_is_said_to_be_reached_or_missed()
    {
        var without = Target.Evaluate(
            SampleResults.Of(SampleResults.Measured("async", 1, 10), SampleResults.Measured("epoll", 64, 10)));
        Assert.All(without, target => Assert.Null(target.Reached));
        Assert.Contains(without, target => target.Measured == "not measured: without kestrel");
        var elsewhere = Target.Evaluate(
            SampleResults.Of(SampleResults.Measured("async", 8, 10), SampleResults.Measured("kestrel", 8, 10)));
        Assert.All(elsewhere, target => Assert.Null(target.Reached));
    }

    [Fact]
    public void The_ratio_is_formed_in_each_round_and_then_the_median_so_that_drift_does_not_count()
    {
        // The machine gets twice as slow on the way, and async is a tenth faster throughout. The medians alone would say
        // otherwise.
        var cells = new[]
        {
            SampleResults.Measured("async", 1, 1100, 550, 550, 1100, 550),
            SampleResults.Measured("kestrel", 1, 1000, 500, 500, 1000, 500),
        };
        Assert.Equal(1.1, SampleResults.Of(cells).Ratio(cells[0])!.Value, 5);
        // One was not measured in every round: only the rounds that both have count.
        var late = new Cell("async", 1, 4);
        late.Add(SampleResults.Slice(2, 400));
        Assert.Equal(0.8, SampleResults.Of(late, cells[1]).Ratio(late)!.Value, 5);
    }

    [Theory]
    [InlineData(5000, 5000, null, true, "5,000 of 5,000 answered")]
    [InlineData(5000, 4999, null, false, "4,999 of 5,000 answered")]
    [InlineData(5000, 5000, "it said no", false, "5,000 of 5,000 answered")]
    [InlineData(700, 700, null, null, "700 of 700 answered, no room for more")]
    [InlineData(700, 699, null, false, "699 of 700 answered, no room for more")]
    public void Connections_are_held_if_every_one_is_answered(
        int opened,
        int held,
        string? failure,
        bool? reached,
        string measured)
    {
        var results = SampleResults.Of(SampleResults.Measured("poll", 1, 10));
        results.Add(new Holding("poll", Target.HeldConnections, opened, 100, held, 10, new LatencyHistogram(), null, failure));
        var target = Target.Evaluate(results).Single(target => target.What.StartsWith("poll, 5,000", StringComparison.Ordinal));
        Assert.Equal((reached, measured), (target.Reached, target.Measured));
    }

    [Theory]
    [InlineData("async", 0.03, true)]
    [InlineData("async", 0.031, false)]
    [InlineData("async", -0.031, false)]
    [InlineData("processes", 0.05, true)]
    [InlineData("processes", 0.051, false)]
    public void Makespans_are_as_close_to_theory_as_is_wanted_of_them(string architecture, double difference, bool reached)
    {
        var results = SampleResults.Of(SampleResults.Measured(architecture, 1, 10));
        results.Add(new Fidelity(architecture, 100, difference));
        var target = Target.Evaluate(results).Single(one => one.What == $"{architecture}, makespan against theory");
        Assert.Equal(reached, target.Reached);
    }

    [Fact]
    public void Median_and_spread_are_those_of_the_values_and_of_none_there_is_none()
    {
        Assert.Equal(3, Statistics.Median([5, 1, 3]));
        Assert.Equal(2.5, Statistics.Median([4, 1, 2, 3]));
        Assert.Equal(0.5, Statistics.Spread([1, 2, 3]));
        Assert.True(double.IsNaN(Statistics.Median([])));
        Assert.Null(Statistics.MedianOrNull([null, null]));
        Assert.Equal(2, Statistics.MedianOrNull([null, 2]));
    }

    private static Target Find(BenchResults results, string what, int connections)
    {
        var ending = FormattableString.Invariant($" {connections:N0} connection");
        return Target.Evaluate(results).Single(target =>
            target.What.StartsWith(what, StringComparison.Ordinal)
            && target.What.Contains(ending, StringComparison.Ordinal));
    }
}
