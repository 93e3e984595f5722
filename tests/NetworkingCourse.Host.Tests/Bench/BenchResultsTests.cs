using NetworkingCourse.Host.Bench;

namespace NetworkingCourse.Host.Tests.Bench;

public sealed class BenchResultsTests
{
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
}
