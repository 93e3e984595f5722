using System.Diagnostics;
using CsCheck;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class RestartPolicyTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    [Fact]
    public void Each_death_in_the_period_doubles_the_delay_until_there_are_too_many() => Gen.Int[0, 12].Sample(limit =>
    {
        var policy = new RestartPolicy(Delay, limit, Period);
        for (var i = 0; i < limit; i++)
        {
            Assert.Equal(Delay * Math.Pow(2, i), policy.AfterDeath(At(i * 0.001)));
        }

        Assert.Null(policy.AfterDeath(At(1)));
    });

    [Fact]
    public void Deaths_that_lie_further_apart_than_the_period_are_each_the_first() =>
        Gen.Double[5.001, 100].Array[1, 50].Sample(gaps =>
        {
            var policy = new RestartPolicy(Delay, limit: 1, Period);
            var now = 0.0;
            foreach (var gap in gaps)
            {
                now += gap;
                Assert.Equal(Delay, policy.AfterDeath(At(now)));
            }
        });

    [Fact]
    public void Whatever_the_times_it_gives_up_exactly_where_the_period_holds_more_deaths_than_the_limit() =>
        Gen.Select(Gen.Double[0, 3].Array[1, 40], Gen.Int[0, 6]).Sample((gaps, limit) =>
        {
            var policy = new RestartPolicy(Delay, limit, Period);
            var deaths = new List<long>();
            var now = 0.0;
            foreach (var gap in gaps)
            {
                deaths.Add(At(now += gap));
                var remembered = deaths.Count(death => Stopwatch.GetElapsedTime(death, deaths[^1]) <= Period);
                Assert.Equal(remembered > limit ? null : Delay * Math.Pow(2, remembered - 1), policy.AfterDeath(deaths[^1]));
            }
        });

    private static long At(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
