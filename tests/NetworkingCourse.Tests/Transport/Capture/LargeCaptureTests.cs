using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Transport;

/// <summary>What a large capture costs. It runs alone because it counts what the whole process computes.</summary>
[Collection(Alone.Name)]
public class LargeCaptureTests
{
    // As a last resort, by the processor's clock: as many packets in large captures take about as long as in small ones, and not
    // four times as long.
    [Fact]
    public void Four_times_the_packets_are_four_times_the_work()
    {
        double Seconds(int count)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var left = 48_000; left > 0; left -= count)
            {
                Assert.NotEmpty(CaptureFiles.Scan(count, count).ToHtml());
            }

            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        Seconds(4000);
        var (small, large) = (Seconds(4000), Seconds(16_000));
        Assert.InRange(large / small, 0.2, 2.5);
    }
}
