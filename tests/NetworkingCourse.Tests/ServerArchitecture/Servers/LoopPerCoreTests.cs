using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Several event loops behind one port: what they share, and what they do not.</summary>
public sealed class LoopPerCoreTests
{
    private const int Clients = 40; // so many that no loop is without a client, but for once in 10^11 runs

    [NeedsFact(Need.Linux)]
    public async Task Connections_are_spread_over_the_loops_and_each_stays_with_its_loop()
    {
        await using var server = TestServers.Start("loop-per-core", new ServerOptions { Loops = 2 });
        var clients = await ConnectedAsync(server);
        await AskAllAsync(clients, "Again?", "Again.");

        var connections = server.Log.Events.Where(entry => entry.Connection != 0).GroupBy(entry => entry.Connection).ToList();
        Assert.Equal(Clients, connections.Count);
        Assert.All(connections, connection => Assert.Single(connection.Select(entry => (entry.Worker, entry.Thread)).Distinct()));
        Assert.Equal(
            ["loop 1", "loop 2"],
            connections.Select(connection => (connection.First().Worker, connection.First().Thread)).Distinct()
                .Select(loop => loop.Worker).Order());
        await CloseAsync(clients);
    }

    [NeedsFact(Need.Linux)]
    public async Task A_loop_that_computes_stalls_its_own_clients_and_no_others()
    {
        await using var server = TestServers.Start("loop-per-core", new ServerOptions
        {
            Loops = 2,
            LongQuestion = "Long?",
            LongThink = TimeSpan.FromSeconds(1),
            LongThinkKind = ThinkKind.Computing,
        });
        var clients = await ConnectedAsync(server);
        var busy = clients[0].LocalEndPoint.Port;
        var from = server.Log.Events.Count;

        var answer = clients[0].AskAsync("Long?");
        await server.Log.WaitForAsync(ServerEventKind.Question, count: Clients + 1);
        await AskAllAsync(clients[1..], "Short?", "Short.");
        Assert.Equal("Long.", await answer);

        var events = server.Log.Events.Skip(from).ToList();
        var end = events.FindIndex(entry => entry.ClientPort == busy && entry.Kind == ServerEventKind.Answered);
        var loop = events[end].Worker;
        var answered = events.Index()
            .Where(entry => entry.Item.Kind == ServerEventKind.Answered && entry.Item.ClientPort != busy)
            .ToLookup(entry => entry.Item.Worker == loop, entry => entry.Index);
        Assert.NotEmpty(answered[true]);
        Assert.NotEmpty(answered[false]);
        Assert.All(answered[true], index => Assert.True(index > end, "a loop answered while it computed"));
        Assert.All(answered[false], index => Assert.True(index < end, "a loop waited for another"));
        await CloseAsync(clients);
    }

    [NeedsFact(Need.Linux)]
    public async Task A_loop_that_crashes_takes_its_own_connections_with_it_and_is_replaced()
    {
        await using var server = TestServers.Start("loop-per-core", new ServerOptions { Loops = 2, CrashOn = "Crash?" });
        var clients = await ConnectedAsync(server);
        var loops = server.Log.Events.Where(entry => entry.Kind == ServerEventKind.Accepted)
            .ToDictionary(entry => entry.ClientPort, entry => entry.Worker);
        var crashed = loops[clients[0].LocalEndPoint.Port];

        await Assert.ThrowsAnyAsync<Exception>(() => clients[0].AskAsync("Crash?"));
        var replaced = await server.Log.WaitForAsync(ServerEventKind.WorkerReplaced);

        Assert.Equal(crashed, replaced.Worker);
        foreach (var client in clients[1..])
        {
            if (loops[client.LocalEndPoint.Port] == crashed)
            {
                await Assert.ThrowsAnyAsync<Exception>(() => client.AskAsync("And we?"));
            }
            else
            {
                Assert.Equal("And we.", await client.AskAsync("And we?"));
            }
        }

        await CloseAsync(clients);
        // Both loops accept again.
        await CloseAsync(await ConnectedAsync(server));
    }

    [NeedsFact(Need.Linux)]
    public async Task What_waits_in_the_queue_of_a_dead_loop_is_reset_when_the_server_stops()
    {
        await using var server = TestServers.Start(
            "loop-per-core", new ServerOptions { Loops = 2, CrashOn = "Crash?", Supervised = false });
        await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, "Crash?"));
        var dead = await server.Log.WaitForAsync(ServerEventKind.WorkerFailed);
        var clients = new List<Client>();
        for (var i = 0; i < Clients; i++)
        {
            clients.Add(await Client.ConnectAsync(server.EndPoint));
        }

        var answers = clients.Select(client => client.AskAsync("Anybody?")).ToList();
        await server.Log.WaitForAsync(ServerEventKind.Answered);
        await server.StopAsync();

        Assert.DoesNotContain(server.Log.Events, entry => entry.Worker == dead.Worker && entry.Kind == ServerEventKind.Answered);
        foreach (var answer in answers)
        {
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Assert.Contains(answers, answer => answer.IsCompletedSuccessfully);
        Assert.Contains(answers, answer => answer.IsFaulted);
        await CloseAsync(clients);
    }

    /// <summary>Connects clients, each of which has had an answer.</summary>
    private static async Task<Client[]> ConnectedAsync(Server server)
    {
        var clients = new Client[Clients];
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i] = await Client.ConnectAsync(server.EndPoint);
        }

        await AskAllAsync(clients, "First?", "First.");
        return clients;
    }

    private static async Task AskAllAsync(IEnumerable<Client> clients, string question, string answer) =>
        Assert.All(await Task.WhenAll(clients.Select(client => client.AskAsync(question))), it => Assert.Equal(answer, it));

    private static async Task CloseAsync(IEnumerable<Client> clients)
    {
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }
}
