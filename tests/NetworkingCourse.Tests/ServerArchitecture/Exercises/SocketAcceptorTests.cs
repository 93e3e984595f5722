using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>The accept loop of lesson 4.7, on a real listening socket.</summary>
public class SocketAcceptorTests
{
    [Fact]
    public async Task The_loop_of_the_exercise_serves_real_clients_reports_and_stops()
    {
        var ended = new TaskCompletionSource();
        var loop = Architecture.Own("loop", async (listener, serving) =>
        {
            await Exercises.AcceptLoop.Reference(ScriptedServer.On(listener, serving));
            ended.SetResult();
        });
        var server = loop.Start(TimeSpan.FromMilliseconds(20), name: TestServers.FreshName("loop"));

        var run = await Load.ClosedLoopAsync(server, clients: 5, questions: 2, connectFirst: true);
        await FaultyClient.InjectAsync(server, Fault.Resets);
        await server.Log.WaitForAsync(ServerEventKind.Note);
        await server.StopAsync(TimeSpan.Zero);

        Assert.Equal(5, run.Answered);
        Assert.Equal(10, server.ThinkTimes.Count!.Total);
        Assert.True(ended.Task.IsCompletedSuccessfully);
    }
}
