using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class StopTests
{
    // So long that a test which waits for it fails by its duration.
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Architectures => TestServers.AllNames;

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Idle_conversations_end_at_once_and_in_order(string architecture)
    {
        await using var server = TestServers.Start(architecture);
        await using var client = await Client.ConnectAsync(server.EndPoint);
        _ = await client.AskAsync("Anything?");

        await server.StopAsync(Endless).WaitAsync(SafetyNet);

        Assert.Empty(await client.ReceiveToEndAsync());
        Assert.Equal(ServerEventKind.Ended, Ending(server));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task An_answer_that_is_due_within_the_grace_time_still_arrives(string architecture)
    {
        await using var server = TestServers.Start(architecture, new ServerOptions { Think = TimeSpan.FromMilliseconds(100) });
        await using var client = await Client.ConnectAsync(server.EndPoint);
        var answer = client.AskAsync("Just in time?");
        await server.Log.WaitForAsync(ServerEventKind.Question);

        await server.StopAsync(SafetyNet);

        Assert.Equal("Just in time.", await answer);
        Assert.Equal(ServerEventKind.Ended, Ending(server));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task An_answer_beyond_the_grace_time_is_reset_and_cannot_be_taken_for_an_ending(string architecture)
    {
        // Many times, because waking the thinking server and resetting the connection must not race.
        for (var i = 0; i < TestServers.Rounds(architecture, 20); i++)
        {
            await using var server = TestServers.Start(architecture, new ServerOptions { Think = Endless });
            await using var client = await Client.ConnectAsync(server.EndPoint);
            var answer = client.AskAsync("Ever?");
            await server.Log.WaitForAsync(ServerEventKind.Question);

            await server.StopAsync(TimeSpan.FromMilliseconds(1)).WaitAsync(SafetyNet);

            var broken = await Assert.ThrowsAsync<SocketException>(() => answer);
            Assert.Equal(SocketError.ConnectionReset, broken.SocketErrorCode);
            Assert.Equal(ServerEventKind.Ended, Ending(server));
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task A_handler_that_computes_is_stopped_too(string architecture)
    {
        await using var server = TestServers.Start(
            architecture,
            new ServerOptions { Think = Endless, ThinkKind = ThinkKind.Computing });
        await using var client = await Client.ConnectAsync(server.EndPoint);
        var answer = client.AskAsync("Ever?");
        await server.Log.WaitForAsync(ServerEventKind.Question);

        await server.StopAsync(TimeSpan.Zero).WaitAsync(SafetyNet);

        await Assert.ThrowsAsync<SocketException>(() => answer);
        Assert.Equal(0, server.OpenConnections);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Half_a_question_does_not_outlive_the_grace_time(string architecture)
    {
        await using var server = TestServers.Start(architecture);
        await using var client = await Client.ConnectAsync(server.EndPoint);
        await client.SendAsync("Is this the"u8.ToArray());
        await server.Log.WaitForAsync(ServerEventKind.Accepted);

        await server.StopAsync(TimeSpan.FromMilliseconds(50)).WaitAsync(SafetyNet);

        Assert.Equal(ServerEventKind.Ended, Ending(server));
        Assert.Equal(ServerEventKind.Stopped, server.Log.Events[^1].Kind);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Clients_in_the_accept_queue_learn_that_nobody_will_come(string architecture)
    {
        await using var server = TestServers.Start(architecture, new ServerOptions { Think = Endless, Workers = 1 });
        await using var first = await Client.ConnectAsync(server.EndPoint);
        var served = first.AskAsync("First?");
        await server.Log.WaitForAsync(ServerEventKind.Question);
        // The system completes their handshakes; a server of one client at a time has not seen them.
        var waiting = new List<Client>();
        for (var i = 0; i < 5; i++)
        {
            waiting.Add(await Client.ConnectAsync(server.EndPoint));
        }

        var answers = waiting.ConvertAll(client => client.AskAsync("And me?"));
        await server.StopAsync(TimeSpan.Zero).WaitAsync(SafetyNet);

        await Assert.ThrowsAnyAsync<Exception>(() => served);
        foreach (var answer in answers)
        {
            var exception = await Record.ExceptionAsync(() => answer.WaitAsync(SafetyNet));
            Assert.True(exception is SocketException or IOException, $"{exception}");
        }

        Assert.Equal(0, server.OpenConnections);
        foreach (var client in waiting)
        {
            await client.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Stopping_twice_is_stopping_once(string architecture)
    {
        await using var server = TestServers.Start(architecture);

        await Task.WhenAll(server.StopAsync(), server.StopAsync(), server.StopAsync(TimeSpan.Zero));
        await server.StopAsync();

        Assert.Single(server.Log.Events, entry => entry.Kind == ServerEventKind.Stopping);
        Assert.Single(server.Log.Events, entry => entry.Kind == ServerEventKind.Stopped);
        Assert.True(server.IsStopping);
        Assert.DoesNotContain(server, RunningServers.All);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task A_grace_time_that_makes_no_sense_is_refused_and_the_server_can_still_be_stopped(string architecture)
    {
        await using var server = TestServers.Start(architecture);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => server.StopAsync(TimeSpan.FromSeconds(-5)));
        Assert.Equal("Still there.", await Client.AskAsync(server, "Still there?"));

        await server.StopAsync(TimeSpan.Zero).WaitAsync(SafetyNet);
        Assert.Equal(ServerEventKind.Stopped, server.Log.Events[^1].Kind);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task The_last_thing_in_the_log_is_that_everything_is_given_back(string architecture)
    {
        for (var i = 0; i < TestServers.Rounds(architecture, 20); i++)
        {
            await using var server = TestServers.Start(architecture, new ServerOptions { Workers = 10 });
            var clients = new List<Client>();
            for (var c = 0; c < 10; c++)
            {
                clients.Add(await Client.ConnectAsync(server.EndPoint));
            }

            await server.StopAsync(TimeSpan.Zero);

            var events = server.Log.Events;
            Assert.Equal(ServerEventKind.Stopped, events[^1].Kind);
            Assert.Equal(
                events.Count(entry => entry.Kind == ServerEventKind.Accepted),
                events.Count(entry => entry.EndsConversation));
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private static ServerEventKind Ending(Server server) =>
        Assert.Single(server.Log.Events, entry => entry.EndsConversation).Kind;
}
