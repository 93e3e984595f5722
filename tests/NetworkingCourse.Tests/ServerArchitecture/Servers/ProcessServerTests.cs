using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class ProcessServerTests
{
    [Fact]
    public async Task Every_worker_is_a_process_of_its_own_and_none_outlives_the_server()
    {
        await using var server = TestServers.Start(
            "processes",
            new ServerOptions { Workers = 3 });
        var processes = Ids(server);
        Assert.Equal(3, processes.Distinct().Count());
        Assert.DoesNotContain(Environment.ProcessId, processes);

        var run = await Load.ClosedLoopAsync(server, clients: 9);

        // A worker serves one connection at a time, so three that stay open need all of them.
        await using var first = await Client.ConnectAsync(server.EndPoint);
        Assert.Equal("First.", await first.AskAsync("First?"));
        await using var second = await Client.ConnectAsync(server.EndPoint);
        Assert.Equal("Second.", await second.AskAsync("Second?"));
        await using var third = await Client.ConnectAsync(server.EndPoint);
        Assert.Equal("Third.", await third.AskAsync("Third?"));
        await server.StopAsync();

        Assert.Equal(9, run.Answered);
        var answered = server.Log.Events.Where(entry => entry.Kind == ServerEventKind.Answered);
        Assert.Equal(3, answered.Select(entry => entry.Worker).Distinct().Count());
        Assert.All(processes, AssertGone);
    }

    [Fact]
    public async Task A_worker_that_somebody_kills_is_replaced_and_its_client_only_is_lost()
    {
        await using var server = TestServers.Start("processes", new ServerOptions { Workers = 2, RestartDelay = TimeSpan.Zero });
        await using var first = await Client.ConnectAsync(server.EndPoint);
        await using var second = await Client.ConnectAsync(server.EndPoint);
        Assert.Equal("First.", await first.AskAsync("First?"));
        Assert.Equal("Second.", await second.AskAsync("Second?"));
        var worker = server.Log.Events.First(entry => entry.Kind == ServerEventKind.Question).Worker;
        var victim = server.Log.Events.Single(entry => entry.Kind == ServerEventKind.WorkerStarted && entry.Worker == worker);

        using (var process = Process.GetProcessById(Id(victim)))
        {
            process.Kill();
        }

        await server.Log.WaitForAsync(ServerEventKind.WorkerStarted, count: 3);
        await Assert.ThrowsAnyAsync<Exception>(() => first.AskAsync("Still there?"));
        Assert.Equal("Me still.", await second.AskAsync("Me still?"));
        Assert.Equal("Somebody new.", await Client.AskAsync(server, "Somebody new?"));
        Assert.Equal(
            [first.LocalEndPoint.Port],
            server.Log.Events.Where(entry => entry.Kind == ServerEventKind.Failed).Select(entry => entry.ClientPort));
    }

    [NeedsFact(Need.Linux)]
    public async Task A_killed_parent_leaves_no_worker_behind()
    {
        await using var parent = await StandaloneServer.StartAsync(Architecture.Processes, new ServerOptions
        {
            Port = OwnPort.Next(),
            Workers = 3,
            Think = TimeSpan.FromMinutes(1),
        });
        var listeners = Listeners.On(parent.EndPoint.Port);
        Assert.NotEqual(0, listeners.Count);
        var workers = Directory.GetDirectories($"/proc/{parent.ProcessId}/task")
            .Select(thread => File.ReadAllText(Path.Combine(thread, "children")))
            .SelectMany(children => children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(3, workers.Count);
        // One of the workers has a client, and thinks.
        await using var client = await Client.ConnectAsync(parent.EndPoint);
        await client.SendAsync("Do you hear me?"u8.ToArray());

        using (var process = Process.GetProcessById(parent.ProcessId))
        {
            process.Kill();
        }

        await Eventually.IsTrueAsync(
            () => !workers.Exists(ProcessState.IsRunning),
            () => $"still running: {string.Join(", ", workers.Where(ProcessState.IsRunning))}");
        // A process counts as dead before the system has taken back all its sockets.
        await Eventually.IsTrueAsync(() => listeners.Left() == 0, () => $"port {parent.EndPoint.Port} is still listened on");
        await Assert.ThrowsAsync<SocketException>(() => Client.ConnectAsync(parent.EndPoint));
    }

    [Fact]
    public async Task Connections_in_the_shared_accept_queue_outlive_the_workers()
    {
        await using var server = TestServers.Start(
            "processes",
            new ServerOptions { Workers = 1, CrashOn = "Crash?", RestartDelay = TimeSpan.Zero });
        await using var fatal = await Client.ConnectAsync(server.EndPoint);
        await server.Log.WaitForAsync(ServerEventKind.Accepted);
        var waiting = Enumerable.Range(1, 5).Select(i => Client.AskAsync(server, $"{i}?")).ToList();

        await Assert.ThrowsAnyAsync<Exception>(() => fatal.AskAsync("Crash?"));

        Assert.Equal(["1.", "2.", "3.", "4.", "5."], await Task.WhenAll(waiting));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Where_sockets_cannot_be_shared_the_relay_passes_every_fault_on(Fault fault)
    {
        var options = new ServerOptions { Workers = 2, QuestionDeadline = TimeSpan.FromMilliseconds(1500), Relayed = true };
        await using var server = TestServers.Start("processes", options);
        Assert.Contains(server.Log.Events, entry => entry.Kind == ServerEventKind.FellBack);
        var outcome = await FaultyClient.InjectAsync(server, fault);

        await server.Log.WaitForAsync(FaultExpectations.Ending(fault));
        Assert.Equal("And afterwards.", await Client.AskAsync(server, "And afterwards?"));
        Assert.Contains(
            server.Log.Events,
            entry => entry.ClientPort == outcome.ClientPort && entry.Kind == FaultExpectations.Ending(fault));
        if (NetworkingCourse.ServerArchitecture.Faults.ExpectedAnswers(fault) is { } owed)
        {
            Assert.Equal((owed, "closed by the server"), (FaultExpectations.Text(outcome.Received), outcome.Ending));
        }

        await server.StopAsync();
        Assert.Equal(0, server.OpenConnections);
    }

    [Fact]
    public async Task Behind_the_relay_too_a_crash_harms_one_client_only()
    {
        await using var server = TestServers.Start(
            "processes",
            new ServerOptions { Workers = 2, CrashOn = "Crash?", RestartDelay = TimeSpan.Zero, Relayed = true });
        await using var other = await Client.ConnectAsync(server.EndPoint);
        Assert.Equal("Me.", await other.AskAsync("Me?"));

        await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, "Crash?"));
        await server.Log.WaitForAsync(ServerEventKind.WorkerReplaced);

        Assert.Equal("Me still.", await other.AskAsync("Me still?"));
        Assert.Equal("And me.", await Client.AskAsync(server, "And me?"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_who_wait_for_a_worker_that_crashes_are_served_by_the_next(bool relayed)
    {
        await using var server = TestServers.Start(
            "processes",
            new ServerOptions { Workers = 1, CrashOn = "Crash?", RestartDelay = TimeSpan.Zero, Relayed = relayed });
        await using var fatal = await Client.ConnectAsync(server.EndPoint);
        await server.Log.WaitForAsync(ServerEventKind.Accepted);
        var waiting = Enumerable.Range(1, 5).Select(i => Client.AskAsync(server, $"Number {i}?")).ToList();

        // The client whose worker died stays connected; that is its own affair.
        await Assert.ThrowsAnyAsync<Exception>(() => fatal.AskAsync("Crash?"));

        Assert.Equal(["Number 1.", "Number 2.", "Number 3.", "Number 4.", "Number 5."], await Task.WhenAll(waiting));
    }

    public static TheoryData<Fault> Faults => [.. Enum.GetValues<Fault>()];

    private static int[] Ids(Server server) =>
        [.. server.Log.Events.Where(entry => entry.Kind == ServerEventKind.WorkerStarted).Select(Id)];

    private static int Id(ServerEvent started) => int.Parse(started.Detail!.Split(' ')[^1], CultureInfo.InvariantCulture);

    private static void AssertGone(int process) => Assert.Throws<ArgumentException>(() => Process.GetProcessById(process));
}
