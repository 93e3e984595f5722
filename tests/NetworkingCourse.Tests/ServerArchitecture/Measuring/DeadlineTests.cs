using System.Net;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>No call of the library waits for ever: each has a deadline and can be cancelled.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SafetyNet = TimeSpan.FromSeconds(30);

    private readonly Server _silent = TestServers.Start(
        "async",
        new ServerOptions { Think = TimeSpan.FromMinutes(10), QuestionDeadline = TimeSpan.FromMinutes(10) });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _silent.StopAsync(TimeSpan.Zero);

    [Fact]
    public async Task A_question_without_an_answer_ends_with_a_timeout_that_names_it()
    {
        var exception = await Assert.ThrowsAsync<TimeoutException>(
            () => Client.AskAsync(_silent, "Hello?", Soon).WaitAsync(SafetyNet));

        Assert.Equal("No answer to \"Hello?\" within 0.1 s.", exception.Message);
    }

    [Fact]
    public async Task A_fault_that_the_server_does_not_mind_ends_with_a_timeout_that_names_it()
    {
        var exception = await Assert.ThrowsAsync<TimeoutException>(
            () => FaultyClient.InjectAsync(_silent, Fault.StaysIdle, Soon).WaitAsync(SafetyNet));

        Assert.StartsWith("StaysIdle: the server neither answered nor ended", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_is_cancelled_ends_with_clients_that_say_so(bool connectFirst)
    {
        using var cancellation = new CancellationTokenSource();
        var running = Load.ClosedLoopAsync(_silent, 3, connectFirst: connectFirst, cancellation: cancellation.Token);
        await _silent.Log.WaitForAsync(ServerEventKind.Question, count: 3);

        await cancellation.CancelAsync();
        var run = await running.WaitAsync(SafetyNet);

        Assert.All(run.Clients, client => Assert.Equal("the run was cancelled", client.Failure));
    }

    [Fact]
    public async Task A_run_that_overruns_its_deadline_ends_with_clients_that_say_so()
    {
        var run = await Load.ClosedLoopAsync(_silent, 3, deadline: Soon).WaitAsync(SafetyNet);

        Assert.All(run.Clients, client => Assert.Equal("no answer within 0.1 s", client.Failure));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_whose_server_is_stopped_have_failed_and_say_that_it_reset_them(bool connectFirst)
    {
        await using var server = TestServers.Start("threaded", new ServerOptions { Think = TimeSpan.FromMinutes(10) });
        var running = Load.ClosedLoopAsync(server, 3, connectFirst: connectFirst);
        await server.Log.WaitForAsync(ServerEventKind.Question, count: 3);

        await server.StopAsync(TimeSpan.Zero);
        var run = await running.WaitAsync(SafetyNet);

        Assert.All(run.Clients, client => Assert.Equal("reset by the server", client.Failure));
    }

    [Fact]
    public async Task The_clients_talk_to_loopback_and_to_nobody_else()
    {
        // An address reserved for documentation (RFC 5737). It is refused before a packet is sent.
        var exception = await Assert.ThrowsAsync<ArgumentException>(
            () => Client.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80)));

        Assert.Contains("not on loopback", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_is_not_ASCII_is_refused_before_it_falls_apart() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Client.AskAsync(_silent, "Où est la bibliothèque?"));

    [Fact]
    public async Task A_sweep_needs_clients_and_a_think_time()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Sweep.RunAsync([], TimeSpan.FromSeconds(1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Sweep.RunAsync([1], TimeSpan.Zero));
    }
}
