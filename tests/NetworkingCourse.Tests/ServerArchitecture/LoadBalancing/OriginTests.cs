using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class OriginTests
{
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task It_answers_with_its_name_on_loopback()
    {
        await using var origin = Start();

        var answer = await HttpLoad.AskAsync(origin);

        Assert.Equal((200, origin.Name, $"{origin.Name} answers GET /"), (answer.Status, answer.Origin, answer.Text));
        Assert.Equal(IPAddress.Loopback, origin.EndPoint.Address);
        Assert.True(origin.IsUp);
    }

    [Fact]
    public async Task Killed_it_resets_what_is_in_flight_and_refuses_what_comes()
    {
        await using var origin = Start(Endless);
        var inFlight = HttpLoad.AskAsync(origin);
        await origin.Log.WaitForAsync(HttpEventKind.Arrived);

        await origin.KillAsync().WaitAsync(Shop.SafetyNet);

        Assert.Equal("connection reset", (await inFlight).Text);
        Assert.Equal("connection refused", (await HttpLoad.AskAsync(origin)).Text);
        Assert.False(origin.IsUp);
    }

    [Fact]
    public async Task An_idle_connection_of_a_killed_origin_is_reset_too()
    {
        await using var origin = Start();
        await using var idle = await Client.ConnectAsync(origin.EndPoint);
        await idle.SendAsync("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"u8.ToArray());
        await origin.Log.WaitForAsync(HttpEventKind.Answered);

        await origin.KillAsync().WaitAsync(Shop.SafetyNet);

        var broken = await Assert.ThrowsAsync<SocketException>(() => idle.ReceiveToEndAsync().AsTask());
        Assert.Equal(SocketError.ConnectionReset, broken.SocketErrorCode);
    }

    [Fact]
    public async Task It_can_be_killed_and_started_again_at_the_same_end_point_many_times()
    {
        await using var origin = Start();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await HttpLoad.AskAsync(origin)).Status);
            await origin.KillAsync();
            await origin.KillAsync();
            await origin.StartAgainAsync();
            await origin.StartAgainAsync();
        }

        Assert.Equal(20, origin.Log.Events.Count(entry => entry.Kind == HttpEventKind.Killed));
        Assert.Equal(20, origin.Log.Events.Count(entry => entry.Kind == HttpEventKind.Answered));
    }

    /// <summary>Between fork and exec, a child process holds every descriptor of its parent, even listening sockets.</summary>
    [Fact]
    public async Task Its_port_is_free_at_once_even_while_processes_are_being_started()
    {
        await using var origin = Start();
        using var enough = new CancellationTokenSource();
        var starting = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => StartProcesses(enough.Token))));
        for (var i = 0; i < 100; i++)
        {
            await origin.KillAsync();
            await origin.StartAgainAsync();
            await origin.RestartAsync();
        }

        await enough.CancelAsync();
        await starting;
        Assert.Equal(200, (await HttpLoad.AskAsync(origin)).Status);
    }

    private static void StartProcesses(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public async Task Restarted_it_finishes_what_is_in_flight()
    {
        await using var origin = Start(TimeSpan.FromMilliseconds(100));
        var inFlight = HttpLoad.AskAsync(origin);
        await origin.Log.WaitForAsync(HttpEventKind.Arrived);

        await origin.RestartAsync();

        Assert.Equal(200, (await inFlight).Status);
        Assert.Equal(200, (await HttpLoad.AskAsync(origin)).Status);
    }

    [Fact]
    public async Task Draining_it_says_so_to_who_asks_for_its_health_and_answers_all_the_same()
    {
        await using var origin = Start();
        Assert.Equal(200, await HealthOf(origin));

        origin.Drain();

        Assert.Equal(503, await HealthOf(origin));
        Assert.Equal(200, (await HttpLoad.AskAsync(origin)).Status);
        await origin.RestartAsync();
        Assert.Equal(200, await HealthOf(origin));
    }

    [Fact]
    public async Task An_order_that_is_posted_twice_is_there_twice_and_one_that_is_put_twice_is_there_once()
    {
        await using var origin = Start();
        for (var i = 0; i < 2; i++)
        {
            await HttpLoad.AskAsync(origin, "POST", "a hat");
            await HttpLoad.AskAsync(origin, "PUT", "shoes");
        }

        Assert.Equal(["a hat", "a hat", "shoes"], origin.Orders.Orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_name_already_running_is_replaced_and_even_the_port_can_be_the_same()
    {
        await using var first = Start(Endless);
        var inFlight = HttpLoad.AskAsync(first);
        await first.Log.WaitForAsync(HttpEventKind.Arrived);

        await using var second = Origin.Start(first.Name, port: first.EndPoint.Port);

        Assert.Equal(HttpEventKind.Stopped, first.Log.Events[^1].Kind);
        Assert.Null((await inFlight.WaitAsync(Shop.SafetyNet)).Status);
        Assert.Equal(200, (await HttpLoad.AskAsync(second)).Status);
        Assert.Equal([second], RunningServers.All.Where(server => server.Name == first.Name));
    }

    [Fact]
    public async Task Stopping_twice_is_stopping_once_and_what_is_stopped_cannot_be_started_again()
    {
        var origin = Start();

        await Task.WhenAll(origin.StopAsync(), origin.StopAsync(TimeSpan.Zero));
        await origin.KillAsync();

        Assert.Single(origin.Log.Events, entry => entry.Kind == HttpEventKind.Stopped);
        Assert.DoesNotContain(origin, RunningServers.All);
        await Assert.ThrowsAsync<ObjectDisposedException>(origin.StartAgainAsync);
        await Assert.ThrowsAsync<ObjectDisposedException>(origin.RestartAsync);
        await using var successor = Origin.Start(TestServers.FreshName("successor"), port: origin.EndPoint.Port);
    }

    [Fact]
    public async Task Stopping_gives_an_answer_its_time_and_no_more()
    {
        await using var patient = Start(TimeSpan.FromMilliseconds(100));
        await using var thinker = Start(Endless);
        var (soon, never) = (HttpLoad.AskAsync(patient), HttpLoad.AskAsync(thinker));
        await patient.Log.WaitForAsync(HttpEventKind.Arrived);
        await thinker.Log.WaitForAsync(HttpEventKind.Arrived);

        await patient.StopAsync(Shop.SafetyNet);
        await thinker.StopAsync(TimeSpan.FromMilliseconds(50)).WaitAsync(Shop.SafetyNet);

        Assert.Equal(200, (await soon).Status);
        Assert.Null((await never).Status);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Origin.Start(" "));
        Assert.Throws<ArgumentOutOfRangeException>(() => Origin.Start("senseless", TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Origin.Start("senseless", port: 65536));
        Assert.DoesNotContain(RunningServers.All, server => server.Name == "senseless");
    }

    private static Origin Start(TimeSpan think = default) => Origin.Start(TestServers.FreshName("origin"), think);

    private static async Task<int> HealthOf(Origin origin)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await client.GetAsync(new Uri($"http://{origin.EndPoint}{Origin.HealthPath}"));
        return (int)response.StatusCode;
    }
}
