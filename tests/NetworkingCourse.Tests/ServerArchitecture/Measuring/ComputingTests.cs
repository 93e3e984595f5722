using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

[Collection(Alone.Name)]
public class ComputingTests
{
    [Fact]
    public async Task Computing_handlers_share_the_cores_and_no_bound_is_beaten()
    {
        // One client more than there are cores: where the system shares the cores out, nobody waits for a whole turn.
        var clients = Environment.ProcessorCount + 1;
        var options = new ServerOptions
        {
            Think = TimeSpan.FromMilliseconds(100),
            ThinkKind = ThinkKind.Computing,
            Workers = clients,
        };
        await using var server = TestServers.Start("threaded", options);

        var run = await Load.ClosedLoopAsync(server, clients, connectFirst: true);

        Assert.Equal(clients, run.Answered);
        var work = clients * options.Think / Environment.ProcessorCount;
        Assert.True(run.Makespan > work * 0.8, $"{clients} handlers were done in {run.Makespan}, with {work} of work a core.");
        Assert.True(run.Makespan > run.Prediction.Makespan * 0.8, $"{run}");
    }

    [Fact]
    public async Task A_computing_handler_takes_about_its_think_time_of_a_core()
    {
        const int clients = 3;
        await using var server = TestServers.Start(
            "sequential",
            new ServerOptions { Think = TimeSpan.FromMilliseconds(100), ThinkKind = ThinkKind.Computing });

        var before = Resources.OfThisProcess().ProcessorTime;

        var run = await Load.ClosedLoopAsync(server, clients, connectFirst: true);

        // Of a core: where other programs share it, the handler takes longer, but computes no more.
        var computed = Resources.OfThisProcess().ProcessorTime - before;
        Assert.InRange(computed / (clients * server.Options.Think), 0.7, 3);
        Assert.True(run.Makespan > run.Prediction.Makespan * 0.7, $"{run}");
    }
}
