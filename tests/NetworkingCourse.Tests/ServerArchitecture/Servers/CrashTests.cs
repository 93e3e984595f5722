using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>A bug in the server itself, switched on: which workers die, whom that harms, and which workers come back.</summary>
public class CrashTests
{
    private const string Fatal = "Crash?";
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    private static readonly ServerOptions Buggy = new()
    {
        CrashOn = Fatal,
        Workers = 4,
        RestartDelay = TimeSpan.FromMilliseconds(1),
        RestartLimit = 100,
    };

    /// <summary>The architectures in which a crash takes one worker and its one conversation.</summary>
    public static TheoryData<string> Isolated => [.. Architecture.All.Where(a => !a.RunsLoops).Select(a => a.Name)];

    /// <summary>The architectures with a worker that can be replaced.</summary>
    public static TheoryData<string> Supervised =>
    [
        .. Architecture.All
            .Where(a => a.RunsLoops || a.Waiting is Parallelism.One or Parallelism.Workers)
            .Select(a => a.Name),
    ];

    [Theory]
    [MemberData(nameof(Isolated))]
    public async Task Under_load_a_crash_harms_no_other_client(string architecture)
    {
        const int crashes = 3;
        await using var server = TestServers.Start(architecture, Buggy with { Think = TimeSpan.FromMilliseconds(2) });
        using var enough = new CancellationTokenSource();
        var polite = Enumerable.Range(1, 8).Select(i => AskUntilAsync(server, i, enough.Token)).ToList();

        for (var i = 0; i < crashes; i++)
        {
            var crashed = await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, Fatal));
            Assert.True(crashed is SocketException or IOException, $"{crashed}");
            await server.Log.WaitForAsync(ServerEventKind.Failed, count: i + 1);
        }

        // Some more questions follow the last crash.
        Assert.Equal("Still there.", await Client.AskAsync(server, "Still there?"));
        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(polite), asked => Assert.NotEqual(0, asked));
        Assert.Equal(crashes, server.Log.Events.Count(entry => entry.Kind == ServerEventKind.Failed));
    }

    [Theory]
    [MemberData(nameof(Supervised))]
    public async Task A_dead_worker_is_noticed_and_replaced(string architecture)
    {
        await using var server = TestServers.Start(architecture, Buggy with { Workers = 2 });
        for (var i = 1; i <= 4; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, Fatal));
            var failed = await server.Log.WaitForAsync(ServerEventKind.WorkerFailed, count: i);
            var replaced = await server.Log.WaitForAsync(ServerEventKind.WorkerReplaced, count: i);
            Assert.Equal(failed.Worker, replaced.Worker);
        }

        // More clients at once than there would be workers left.
        var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(i => Client.AskAsync(server, $"{i}?")));
        Assert.Equal(["1.", "2.", "3.", "4."], answers);
    }

    [Theory]
    [MemberData(nameof(Supervised))]
    public async Task Too_many_deaths_and_the_supervisor_gives_up_loudly(string architecture)
    {
        await using var server = TestServers.Start(
            architecture,
            Buggy with { Workers = 1, RestartLimit = 2, RestartPeriod = TimeSpan.FromHours(1) });
        for (var i = 1; i <= 3; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, Fatal));
            await server.Log.WaitForAsync(ServerEventKind.WorkerFailed, count: i);
        }

        var gaveUp = await server.Log.WaitForAsync(ServerEventKind.GaveUp);
        await server.Log.WaitForAsync(ServerEventKind.Stopped);

        Assert.Contains("more than 2 workers", gaveUp.Sentence, StringComparison.Ordinal);
        Assert.Equal(2, server.Log.Events.Count(entry => entry.Kind == ServerEventKind.WorkerReplaced));
        var refused = await Assert.ThrowsAsync<SocketException>(() => Client.ConnectAsync(server.EndPoint));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.DoesNotContain(server, RunningServers.All);
    }

    [Theory]
    [MemberData(nameof(Supervised))]
    public async Task Without_a_supervisor_nobody_comes_back(string architecture)
    {
        await using var server = TestServers.Start(architecture, Buggy with { Workers = 2, Loops = 1, Supervised = false });
        var workers = Architecture.Find(architecture).Waiting == Parallelism.Workers ? 2 : 1;
        for (var i = 1; i <= workers; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, Fatal));
            await server.Log.WaitForAsync(ServerEventKind.WorkerFailed, count: i);
        }

        // The system still completes handshakes for a server that has no workers left.
        await using var client = await Client.ConnectAsync(server.EndPoint);
        var answer = client.AskAsync("Anybody?");
        await server.StopAsync(TimeSpan.Zero).WaitAsync(SafetyNet);

        await Assert.ThrowsAnyAsync<Exception>(() => answer);
        Assert.DoesNotContain(server.Log.Events, entry => entry.Kind == ServerEventKind.WorkerReplaced);
        Assert.DoesNotContain(
            server.Log.Events,
            entry => entry.Kind == ServerEventKind.Question && entry.Bytes == "Anybody?".Length);
    }

    [Theory]
    [InlineData("poll")]
    [InlineData("epoll")]
    public async Task One_thread_for_all_means_one_crash_for_all(string architecture)
    {
        await using var server = TestServers.Start(architecture, Buggy);
        var others = new List<Client>();
        for (var i = 0; i < 5; i++)
        {
            others.Add(await Client.ConnectAsync(server.EndPoint));
            Assert.Equal("Me too.", await others[i].AskAsync("Me too?"));
        }

        await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, Fatal));
        await server.Log.WaitForAsync(ServerEventKind.WorkerReplaced);

        foreach (var client in others)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => client.AskAsync("And now?"));
            await client.DisposeAsync();
        }

        Assert.Equal(6, server.Log.Events.Count(entry => entry.Kind == ServerEventKind.Failed));
        Assert.Equal("Again.", await Client.AskAsync(server, "Again?"));
    }

    private static async Task<int> AskUntilAsync(Server server, int number, CancellationToken enough)
    {
        var asked = 0;
        while (!enough.IsCancellationRequested)
        {
            Assert.Equal($"{number} asks.", await Client.AskAsync(server, $"{number} asks?"));
            asked++;
        }

        return asked;
    }
}
