using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class ConnectionLimitTests
{
    [Fact]
    public async Task At_the_limit_the_next_client_waits_in_the_accept_queue_until_one_leaves()
    {
        await using var server = TestServers.Start("thread-per-connection", new ServerOptions { ConnectionLimit = 2 });
        await using var first = await Client.ConnectAsync(server.EndPoint);
        await using var second = await Client.ConnectAsync(server.EndPoint);
        Assert.Equal("First.", await first.AskAsync("First?"));
        Assert.Equal("Second.", await second.AskAsync("Second?"));
        await server.Log.WaitForAsync(ServerEventKind.LimitReached);

        await using var third = await Client.ConnectAsync(server.EndPoint);
        var answer = third.AskAsync("Third?");
        // The other two can still talk; the third has not been accepted.
        Assert.Equal("Still first.", await first.AskAsync("Still first?"));
        Assert.Equal(2, server.OpenConnections);
        Assert.False(answer.IsCompleted);
        await second.DisposeAsync();

        Assert.Equal("Third.", await answer);
        var events = server.Log.Events;
        var left = events.ToList().FindIndex(entry => entry.Kind == ServerEventKind.Closed);
        var accepted = events.ToList().FindLastIndex(entry => entry.Kind == ServerEventKind.Accepted);
        Assert.True(left < accepted, server.Log.ToString());
    }

    [Fact]
    public async Task With_a_limit_of_one_it_serves_one_after_the_other()
    {
        await using var server = TestServers.Start(
            "thread-per-connection",
            new ServerOptions { ConnectionLimit = 1, Think = TimeSpan.FromMilliseconds(20) });

        var run = await Load.ClosedLoopAsync(server, clients: 5);

        Assert.Equal(5, run.Answered);
        Assert.Equal(TimeSpan.FromMilliseconds(100), run.Prediction.Makespan);
        Assert.True(run.Makespan >= TimeSpan.FromMilliseconds(95), run.ToString());
    }
}
