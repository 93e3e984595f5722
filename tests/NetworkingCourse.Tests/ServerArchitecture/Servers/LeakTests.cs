using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

[Collection(Alone.Name)]
public class LeakTests
{
    [Theory]
    [MemberData(nameof(TestServers.AllNames), MemberType = typeof(TestServers))]
    public async Task Two_hundred_starts_and_stops_leave_threads_and_handles_as_they_were(string architecture)
    {
        // The first rounds open what stays open: the socket engine, the timer's thread, the pool.
        await StartAndStopAsync(architecture, 10);
        var before = Held.Now();

        // Fewer rounds where each starts processes, which takes a fifth of a second.
        var rounds = TestServers.Rounds(architecture, 200);
        await StartAndStopAsync(architecture, rounds);

        // The pool and the runtime may take a few more; a leak of one per round would be at least four times that.
        const int slack = 10;
        await before.HoldsNoMoreDescriptorsAsync(slack);
        await before.HoldsNoMoreThreadsAsync(slack);
    }

    [NeedsTheory(Need.Linux)]
    [MemberData(nameof(TestServers.AllNames), MemberType = typeof(TestServers))]
    public async Task A_stopped_server_has_no_thread_and_no_socket_left(string architecture)
    {
        var name = "leak";
        var before = Held.Now();
        await using var server = TestServers.Start(
            architecture,
            new ServerOptions { Name = name, Think = TimeSpan.FromMilliseconds(20) });
        var port = server.EndPoint.Port;
        _ = await Load.ClosedLoopAsync(server, 5);
        Assert.NotEqual(0, Held.ThreadsNamed(name + ":") + Held.ThreadsNamed("think time"));
        var listeners = Listeners.On(port);
        Assert.Equal(server is LoopPerCoreServer ? LoopPerCoreServer.LoopsOf(server.Options) : 1, listeners.Count);

        await server.StopAsync();

        Assert.Equal(0, listeners.Left());
        // For .NET, a joined thread is gone; the system's own list follows a moment later.
        await before.HoldsNoMoreThreadsNamedAsync(name + ":", "think time");
    }

    // Two hundred times four processes would take longer than all other tests together.
    private static int Workers(string architecture) => architecture == Architecture.Processes.Name ? 1 : 4;

    private static async Task StartAndStopAsync(string architecture, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await using var server = TestServers.Start(
                architecture,
                new ServerOptions { Think = TimeSpan.FromTicks(1), Workers = Workers(architecture) });
            await using var idle = await Client.ConnectAsync(server.EndPoint);
            Assert.Equal("Once.", await idle.AskAsync("Once?"));
            // Two clients that are in the accept queue, or just being served, while the server stops.
            await using var second = await Client.ConnectAsync(server.EndPoint);
            await using var third = await Client.ConnectAsync(server.EndPoint);
            await third.SendAsync("Will that be answered"u8.ToArray());
            await server.StopAsync(TimeSpan.Zero);
        }
    }
}
