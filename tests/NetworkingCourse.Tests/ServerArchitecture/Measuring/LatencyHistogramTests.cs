using System.Diagnostics;
using CsCheck;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public sealed class LatencyHistogramTests
{
    private static readonly Gen<long[]> Latencies = Gen.Long[1, 60 * Stopwatch.Frequency].Array[1, 200];

    [Fact]
    public void Every_quantile_is_that_of_the_sorted_values_to_three_digits() => Latencies.Sample(values =>
    {
        var histogram = Of(values);
        foreach (var percent in new[] { 50.0, 90, 99, 100 })
        {
            var exact = values.Order().ElementAt(Math.Max(1, (int)(percent / 100 * values.Length + 0.5)) - 1);
            Assert.InRange(histogram.At(percent) / Stopwatch.GetElapsedTime(0, exact), 0.998, 1.002);
        }
    });

    [Fact]
    public void Written_and_read_again_and_added_up_it_holds_what_it_held() =>
        Gen.Select(Latencies, Latencies).Sample((some, others) =>
        {
            var read = LatencyHistogram.FromBase64(Of(some).ToBase64());
            read.Add(Of(others));
            var whole = Of([.. some, .. others]);
            Assert.Equal(some.Length + others.Length, read.Count);
            Assert.Equal((whole.At(50), whole.At(99), whole.Max, whole.Mean), (read.At(50), read.At(99), read.Max, read.Mean));
        });

    [Fact]
    public void One_without_latencies_says_zero_and_survives_being_written()
    {
        var empty = LatencyHistogram.FromBase64(new LatencyHistogram().ToBase64());
        Assert.Equal((0L, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (empty.Count, empty.At(99), empty.Max, empty.Mean));
    }

    [Fact]
    public void Latencies_beyond_all_measure_are_counted_as_the_longest_that_fits()
    {
        var histogram = Of([long.MaxValue, -1]);
        Assert.Equal(2, histogram.Count);
        Assert.InRange(histogram.Max.TotalSeconds, 599, 601);
    }

    [Theory]
    [InlineData("no base 64!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_histogram_is_refused(string text) =>
        Assert.Throws<FormatException>(() => LatencyHistogram.FromBase64(text));

    private static LatencyHistogram Of(IEnumerable<long> values)
    {
        var histogram = new LatencyHistogram();
        foreach (var value in values)
        {
            histogram.Record(value);
        }

        return histogram;
    }
}
