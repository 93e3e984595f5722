using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>The clients of a run, in both ways of holding many connections.</summary>
public class LoadClientsTests
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("sequential", true, true)] // each client has to close before the next is served
    [InlineData("sequential", true, false)]
    [InlineData("sequential", false, true)]
    [InlineData("sequential", false, false)]
    [InlineData("async", true, true)]
    [InlineData("async", true, false)]
    [InlineData("async", false, true)]
    [InlineData("async", false, false)]
    public async Task Each_client_asks_all_its_questions_and_closes(string architecture, bool connectFirst, bool epoll)
    {
        await using var server = TestServers.Start(architecture, new ServerOptions { Think = TimeSpan.FromMilliseconds(2) });
        var clients = new LoadClients(server, clients: 7, questions: 3, connectFirst, epoll);

        await clients.ConverseAsync(CancellationToken.None).WaitAsync(SafetyNet);

        var records = clients.Records("late");
        Assert.All(records, record => Assert.Null(record.Failure));
        Assert.All(records, record => Assert.Equal(3, record.Answers.Count));
        Assert.All(records, record => Assert.Equal(record.Answers.Order(), record.Answers));
        Assert.All(records, record => Assert.True(record.Connected < record.Answers[0], $"{record}"));
        Assert.All(records, record => Assert.Equal(connectFirst, record.Started > record.Connected));
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
        await new LoadClients(server, clients: 30, questions: 1, connectFirst: true, epoll)
            .ConverseAsync(CancellationToken.None)
            .WaitAsync(SafetyNet);

        var kinds = server.Log.Events.Select(entry => entry.Kind).ToList();
        Assert.True(kinds.LastIndexOf(ServerEventKind.Accepted) < kinds.IndexOf(ServerEventKind.Question));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clients_ask_while_others_are_still_to_start_and_wait_for_none(bool epoll)
    {
        // More than connect at a time; the first is answered long after the last has connected.
        var clients = Enumerable.Range(1, 300).Select(number => new LoadConnection(number)).ToArray();
        await using var server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromSeconds(2) });
        await Task.Run(() =>
        {
            using ILoadConnections connections = epoll && SystemFeatures.Epoll
                ? new EpollConnections(clients)
                : new AwaitedConnections(clients);
            connections.Connect(
                server.EndPoint,
                (client, now) =>
                {
                    Assert.True(clients.Max(other => other.Connected) < now);
                    return NextStep.Close;
                },
                long.MaxValue);
        }).WaitAsync(SafetyNet);

        Assert.All(clients, client => Assert.Equal(LoadConnectionState.Finished, client.State));
        Assert.All(clients, client => Assert.True(client.Started <= client.Connected && client.Connected <= client.Asked));
        Assert.Equal(clients.Select(client => client.Started).Order(), clients.Select(client => client.Started));
        Assert.True(clients.Min(client => client.Asked) < clients[^1].Started);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_client_without_an_answer_when_the_run_is_cancelled_is_late(bool connectFirst, bool epoll)
    {
        await using var server = TestServers.Start("async", new ServerOptions { Think = TimeSpan.FromMinutes(10) });
        using var cancellation = new CancellationTokenSource();
        var clients = new LoadClients(server, clients: 3, questions: 1, connectFirst, epoll);
        var conversation = clients.ConverseAsync(cancellation.Token);
        await server.Log.WaitForAsync(ServerEventKind.Question, count: 3);

        await cancellation.CancelAsync();
        await conversation.WaitAsync(SafetyNet);

        Assert.All(clients.Records("late"), record => Assert.Equal("late", record.Failure));
        await server.StopAsync(TimeSpan.Zero);
    }
}
