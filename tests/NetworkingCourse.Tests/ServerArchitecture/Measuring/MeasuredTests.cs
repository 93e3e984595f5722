using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

[Collection(Alone.Name)]
public class MeasuredTests
{
    [Theory]
    [MemberData(nameof(TestServers.AllNames), MemberType = typeof(TestServers))]
    public async Task What_is_measured_is_near_what_is_predicted(string architecture)
    {
        await using var server = TestServers.Start(architecture, new ServerOptions { Think = TimeSpan.FromMilliseconds(100) });
        // Not counted: each worker compiles its code first.
        _ = await Load.ClosedLoopAsync(server, clients: 8);
        foreach (var connectFirst in new[] { false, true })
        {
            var run = await Load.ClosedLoopAsync(server, clients: 6, questions: 2, connectFirst);
            Assert.Equal(6, run.Answered);
            // Never faster than in theory, but for the clock's resolution; and not several times as slow on a busy machine.
            Assert.True(run.Makespan / run.Prediction.Makespan is > 0.95 and < 3, $"{run}\n{server.Log}");
            Assert.Equal(run.Quantile(1), run.Latencies[^1]);
            Assert.True(run.Quantile(0.5) <= run.Quantile(0.99));
        }
    }
}
