using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Clients that all connect before they ask together, in both ways of holding many connections.</summary>
public class ClientBurstTests
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("sequential", true)] // each client has to close before the next is served
    [InlineData("sequential", false)]
    [InlineData("async", true)]
    [InlineData("async", false)]
    public async Task Everybody_asks_all_questions_and_closes(string architecture, bool epoll)
    {
        await using var server = TestServers.Start(architecture, new ServerOptions { Think = TimeSpan.FromMilliseconds(2) });
        var burst = new ClientBurst(server, clients: 7, questions: 3, epoll);

        await burst.ConverseAsync(firstEvent: 0, CancellationToken.None).WaitAsync(SafetyNet);

        var records = burst.Records("late");
        Assert.All(records, record => Assert.Null(record.Failure));
        Assert.All(records, record => Assert.Equal(3, record.Answers.Count));
        Assert.All(records, record => Assert.Equal(record.Answers.Order(), record.Answers));
        Assert.Equal(Enumerable.Range(1, 7), records.Select(record => record.Number));
        await server.Log.WaitForAsync(ServerEventKind.Closed, count: 7);
        Assert.Equal(
            records.Select(record => record.Port).Order(),
            server.Log.Events.Where(entry => entry.Kind == ServerEventKind.Accepted).Select(entry => entry.ClientPort).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_asks_before_the_last_has_been_accepted(bool epoll)
    {
        await using var server = TestServers.Start(
            "thread-per-connection",
            new ServerOptions { Think = TimeSpan.FromMilliseconds(1) });
        await new ClientBurst(server, clients: 30, questions: 1, epoll)
            .ConverseAsync(firstEvent: 0, CancellationToken.None)
            .WaitAsync(SafetyNet);

        var kinds = server.Log.Events.Select(entry => entry.Kind).ToList();
        Assert.True(kinds.LastIndexOf(ServerEventKind.Accepted) < kinds.IndexOf(ServerEventKind.Question));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_not_answered_when_it_is_called_off_is_late(bool epoll)
    {
        await using var server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromMinutes(10) });
        using var cancellation = new CancellationTokenSource();
        var burst = new ClientBurst(server, clients: 3, questions: 1, epoll);
        var conversation = burst.ConverseAsync(firstEvent: 0, cancellation.Token);
        await server.Log.WaitForAsync(ServerEventKind.Question, count: 3);

        await cancellation.CancelAsync();
        await conversation.WaitAsync(SafetyNet);

        Assert.All(burst.Records("late"), record => Assert.Equal("late", record.Failure));
        await server.StopAsync(TimeSpan.Zero);
    }
}
