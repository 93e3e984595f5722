using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Measuring;

[Collection(Alone.Name)]
public class MeasuredTests
{
    [Theory]
    [MemberData(nameof(TestServers.AllNames), MemberType = typeof(TestServers))]
    public async Task What_is_measured_is_near_what_is_predicted(string architecture)
    {
        await using var server = TestServers.Start(architecture, new ServerOptions { Think = TimeSpan.FromMilliseconds(100) });
        // Not counted: so that each worker has compiled what it does.
        _ = await Load.ClosedLoopAsync(server, clients: 8);
        foreach (var connectFirst in new[] { false, true })
        {
            var run = await Load.ClosedLoopAsync(server, clients: 6, questions: 2, connectFirst);
            Assert.Equal(6, run.Answered);
            // Never quicker than theory but for the clock's grain; and on a busy machine not several times as slow.
            Assert.True(run.Makespan / run.Prediction.Makespan is > 0.95 and < 3, $"{run}\n{server.Log}");
            Assert.Equal(run.Quantile(1), run.Latencies[^1]);
            Assert.True(run.Quantile(0.5) <= run.Quantile(0.99));
        }
    }
}
