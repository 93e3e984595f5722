using System.Net;
using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>Both forms of the load generator: the event loop of Linux, and the awaitable calls of every system.</summary>
public sealed class LoadGeneratorTests
{
    private static readonly GeneratorOptions Short = new()
    {
        WarmUp = TimeSpan.FromMilliseconds(20),
        Measured = TimeSpan.FromMilliseconds(500),
    };

    public static TheoryData<bool> Ways => OperatingSystem.IsLinux() ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_connection_is_answered_and_what_is_counted_is_what_the_server_answered(bool epoll)
    {
        await using var server = TestServers.Start("async");
        var load = LoadGenerator.Run(server.EndPoint, Short with { Connections = 20 }, epoll);
        Assert.Empty(load.Failures);
        Assert.Equal((20, 20), (load.Connected, load.Held));
        Assert.InRange(load.Answers, 20, load.AllAnswers);
        // Answers still on their way at the end, at most one per connection, count as latencies but not as throughput.
        Assert.InRange(load.Latencies.Count, load.Answers, load.Answers + 20);
        Assert.InRange(load.CpuShare, 0.001, Environment.ProcessorCount + 0.5);
        Assert.Equal(load.Answers / Short.Measured.TotalSeconds, load.Throughput, 3);
        await server.StopAsync();
        // A full log forgets its oldest events; each answer makes two of them.
        Assert.True(server.Log.Written >= 2 * load.AllAnswers, $"{load} {server.Log.Written}");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Idle_connections_ask_once_at_the_beginning_and_once_at_the_end(bool epoll)
    {
        await using var answering = new AnsweringServer();
        var connected = 0;
        var load = LoadGenerator.Run(
            answering.EndPoint,
            Short with { Connections = 12, Idle = 9, Connected = () => connected++ },
            epoll);
        Assert.Equal(1, connected);
        Assert.Empty(load.Failures);
        Assert.Equal(12, load.Held);
        var answers = await answering.AnswersByConnectionAsync();
        Assert.Equal(9, answers.Count(count => count == 2));
        Assert.Equal(3, answers.Count(count => count > 2));
        Assert.Equal(load.AllAnswers, answers.Sum());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_reset_ends_one_connection_by_its_name_and_no_other(bool epoll)
    {
        await using var server = new AnsweringServer { ResetAfter = number => number == 2 ? 3 : null };
        var load = LoadGenerator.Run(server.EndPoint, Short with { Connections = 4 }, epoll);
        Assert.Equal([new("reset by the server", 1)], load.Failures);
        Assert.Equal((4, 3), (load.Connected, load.Held));
        Assert.True(load.Answers > 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_wrong_answer_is_a_failure_however_quick_it_is(bool epoll)
    {
        await using var server = new AnsweringServer { Answer = question => [(byte)'n', .. question[1..^1], (byte)'.'] };
        var load = LoadGenerator.Run(server.EndPoint, Short with { Connections = 3 }, epoll);
        Assert.Equal([new("a wrong answer", 3)], load.Failures);
        Assert.Equal((0, 0L), (load.Connected, load.Answers));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_answer_in_many_pieces_is_an_answer(bool epoll)
    {
        await using var server = new AnsweringServer { OneByteAtATime = true };
        var load = LoadGenerator.Run(server.EndPoint, Short with { Connections = 2 }, epoll);
        Assert.Empty(load.Failures);
        Assert.True(load.Answers > 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Whoever_waits_in_the_accept_queue_fails_once_patience_is_over_and_the_others_go_on(bool epoll)
    {
        await using var server = TestServers.Start("sequential");
        var load = LoadGenerator.Run(
            server.EndPoint,
            Short with { Connections = 3, Timeout = TimeSpan.FromSeconds(3) },
            epoll);
        Assert.Equal([new("no answer in time", 2)], load.Failures);
        Assert.Equal((1, 1), (load.Connected, load.Held));
        Assert.True(load.Answers > 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Where_nobody_listens_every_connection_is_refused(bool epoll)
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var load = LoadGenerator.Run((IPEndPoint)bound.LocalEndPoint!, Short with { Connections = 2 }, epoll);
        Assert.Equal([new("connection refused: no listener on that port", 2)], load.Failures);
        Assert.Equal(0, load.Answers);
    }

    [Fact]
    public void It_asks_nobody_but_this_machine()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => LoadGenerator.Run(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80), Short));
        Assert.Contains("not on loopback", exception.Message);
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_named()
    {
        var nobody = new IPEndPoint(IPAddress.Loopback, 1);
        var idle = Assert.Throws<ArgumentOutOfRangeException>(
            () => LoadGenerator.Run(nobody, Short with { Connections = 2, Idle = 2 }));
        Assert.Contains("Idle is 2", idle.Message);
        var none = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LoadGenerator.RunAsync(nobody, 0));
        Assert.Contains("Connections is 0", none.Message);
    }
}
