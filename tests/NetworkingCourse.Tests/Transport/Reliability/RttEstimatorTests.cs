using CsCheck;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Tests.Transport.Reliability;

public sealed class RttEstimatorTests
{
    [Fact]
    public void It_follows_the_RFC_step_by_step()
    {
        var estimator = new RttEstimator(min: TimeSpan.Zero);
        Assert.Equal(Milliseconds(1000), estimator.Timeout);

        estimator.Sample(Milliseconds(100));
        Assert.Equal(
            (Milliseconds(100), Milliseconds(50), Milliseconds(300)),
            (estimator.Smoothed, estimator.Variation, estimator.Timeout));

        // Variation: 3/4 of 50 and 1/4 of |100 - 180|; mean: 7/8 of 100 and 1/8 of 180.
        estimator.Sample(Milliseconds(180));
        Assert.Equal(
            (Milliseconds(110), Milliseconds(57.5), Milliseconds(340)),
            (estimator.Smoothed, estimator.Variation, estimator.Timeout));

        estimator.BackOff();
        Assert.Equal(Milliseconds(680), estimator.Timeout);
        estimator.Sample(Milliseconds(110));
        Assert.Equal(
            (Milliseconds(110), Milliseconds(43.125), Milliseconds(282.5)),
            (estimator.Smoothed, estimator.Variation, estimator.Timeout));
    }

    [Fact]
    public void It_stays_between_its_bounds_and_settles_on_what_does_not_change() =>
        Gen.Select(Gen.Int[1, 5000].Array[0, 30], Gen.Int[1, 5000]).Sample((before, roundTrip) =>
        {
            var estimator = new RttEstimator();
            foreach (var sample in before)
            {
                estimator.Sample(Milliseconds(sample));
                Assert.InRange(estimator.Timeout, Milliseconds(1000), Milliseconds(60_000));
                Assert.True(estimator.Timeout >= estimator.Smoothed);
            }

            for (var i = 0; i < 200; i++)
            {
                estimator.Sample(Milliseconds(roundTrip));
            }

            Assert.InRange(estimator.Smoothed!.Value.TotalMilliseconds, roundTrip - 0.01, roundTrip + 0.01);
            Assert.InRange(estimator.Timeout.TotalMilliseconds, Math.Max(1000, roundTrip), Math.Max(1000, roundTrip + 1.1));
            for (var i = 0; i < 20; i++)
            {
                estimator.BackOff();
            }

            Assert.Equal(Milliseconds(60_000), estimator.Timeout);
        });

    [Fact]
    public void Without_Karns_rule_a_timeout_that_is_too_short_stays_too_short()
    {
        var slower = new TransferOptions().Forward with { Delay = Milliseconds(300) };
        var options = new TransferOptions
        {
            AdaptiveTimeout = true,
            MinTimeout = Milliseconds(10),
            Change = (Milliseconds(1000), slower),
        };

        var with = ReliableProtocol.StopAndWait.Send(100, options);
        var without = ReliableProtocol.StopAndWait.Send(100, options with { KarnsRule = false });

        Assert.True(with.IsIntact && without.IsIntact);
        Assert.InRange(with.Retransmissions, 1, 10);
        Assert.True(
            without.Retransmissions > 30,
            $"{without.Retransmissions} repetitions without Karn's rule, {with.Retransmissions} with it");
        Assert.InRange(with.Timeout.Samples[^1].Smoothed!.Value.TotalMilliseconds, 300, 330);
    }

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);
}
