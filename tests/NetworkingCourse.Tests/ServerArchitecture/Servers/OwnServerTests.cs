using System.Net.Sockets;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>A server of the learner's is put through the same experiments as those of the course.</summary>
[Collection(Alone.Name)]
public class OwnServerTests
{
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(100);

    private static Architecture Blocking(int atOnce = 1) => Architecture.Own("mine", Exercises.BlockingServer.Reference, atOnce);

    [Fact]
    public async Task It_survives_every_fault()
    {
        var matrix = await FaultMatrix.RunAsync(Blocking());
        Assert.True(matrix.Passed, matrix.ToText());
        Assert.Equal(12, matrix.Results["mine"].Count);
    }

    [Fact]
    public async Task So_do_the_nine()
    {
        var matrix = await FaultMatrix.RunAsync(Architecture.All);
        Assert.True(matrix.Passed, matrix.ToText());
    }

    [Fact]
    public async Task A_server_in_another_process_is_checked_from_outside()
    {
        var deadline = TimeSpan.FromSeconds(1);
        await using var server = await StandaloneServer.StartAsync(
            Architecture.Async, new ServerOptions { QuestionDeadline = deadline });
        var matrix = await FaultMatrix.RunAsync(server.EndPoint, deadline, server.ProcessId);
        Assert.True(matrix.Passed, matrix.ToText());
        Assert.All(matrix.Results.Values.Single(), result => Assert.True(result.NotSpinning));
    }

    [Fact]
    public async Task A_stub_is_not_attempted()
    {
        var matrix = await FaultMatrix.RunAsync(Architecture.Own("stub", (_, _) => throw new NotImplementedException(), 1));
        Assert.True(matrix.IsStub);
        Assert.Contains("stub: not attempted yet.", matrix.ToText());
    }

    [Fact]
    public async Task It_is_measured_predicted_and_drawn_like_the_others()
    {
        var mine = Blocking();
        var sweep = await Sweep.RunAsync([1, 4], Think, architectures: [Architecture.Sequential, mine]);
        Assert.All(sweep.Runs, run => Assert.Equal(run.Clients.Count, run.Answered));
        var series = sweep.Chart().Panels[0].Series.Single(series => series.Name == "mine");
        Assert.Equal(NetworkingCourse.Figures.Series.Own, series.Style);
    }

    [Theory]
    [InlineData(int.MaxValue, "It claims to serve all clients at once; these latencies are those of a server that serves 1.")]
    [InlineData(2, "It claims to serve 2 at once; these latencies are those of a server that serves 1.")]
    public async Task A_claim_that_is_not_true_is_told(int claimed, string sentence)
    {
        await using var server = Blocking(claimed).Start(Think);
        Assert.Contains(sentence, (await Load.ClosedLoopAsync(server, 4)).ToText());
    }

    [Fact]
    public async Task A_true_claim_is_not_contradicted()
    {
        await using var server = Blocking().Start(Think);
        Assert.DoesNotContain("claims", (await Load.ClosedLoopAsync(server, 4)).ToText());
    }

    [Fact]
    public async Task An_asynchronous_one_serves_all_at_once()
    {
        var mine = Architecture.Own("mine, async", ServeAllAsync);
        await using var server = mine.Start(Think);
        var run = await Load.ClosedLoopAsync(server, 10);
        Assert.Equal(10, run.Answered);
        Assert.DoesNotContain("claims", run.ToText());
    }

    [Fact]
    public async Task Code_that_does_not_end_is_given_up_and_its_log_says_so()
    {
        var end = new TaskCompletionSource();
        var servers = Enumerable.Range(0, 8)
            .Select(number => Architecture.Own($"endless {number}", (_, _) => end.Task).Start(Think))
            .ToList();
        await Task.WhenAll(servers.Select(server => server.StopAsync(TimeSpan.Zero)));
        end.SetResult();
        Assert.All(servers, server => Assert.Contains(
            server.Log.Events, entry => entry.Kind == ServerEventKind.Note && entry.Detail!.Contains("still running")));
    }

    [Fact]
    public async Task An_exception_is_logged_and_clients_are_refused()
    {
        await using var server = Architecture.Own(
            "broken", (_, _) => throw new InvalidOperationException("Broken."), atOnce: 1).Start();
        var failed = await server.Log.WaitForAsync(ServerEventKind.WorkerFailed);
        Assert.Contains("InvalidOperationException: Broken.", failed.ToString());
        await Assert.ThrowsAnyAsync<Exception>(() => Client.AskAsync(server, "Anyone?"));
    }

    [Fact]
    public async Task An_exception_before_the_first_await_is_logged_too()
    {
        await using var server = Architecture.Own(
            "broken at once", (_, _) => Task.FromException(new InvalidOperationException("Broken."))).Start();
        Assert.Contains("Broken.", (await server.Log.WaitForAsync(ServerEventKind.WorkerFailed)).ToString());
    }

    [Fact]
    public async Task Notes_are_in_its_log_and_a_thread_of_its_own_that_throws_ends_alone()
    {
        await using var server = Architecture.Own(
            "noting",
            (listener, serving) =>
            {
                serving.Start(() => throw new InvalidOperationException("One thread."));
                serving.Note("It serves.");
                Exercises.BlockingServer.Reference(listener, serving);
            }).Start();
        await server.Log.WaitForAsync(ServerEventKind.WorkerFailed);
        Assert.Equal("Still there.", await Client.AskAsync(server, "Still there?"));
        Assert.Contains(server.Log.Events, entry => entry is { Kind: ServerEventKind.Note, Detail: "It serves." });
    }

    [Fact]
    public async Task A_class_survives_every_fault_and_logs_its_conversations()
    {
        var mine = Architecture.Own("mine, a class", options => new ThreadsOfItsOwn(options));
        var matrix = await FaultMatrix.RunAsync(mine);
        Assert.True(matrix.Passed, matrix.ToText());
        await using var server = mine.Start(Think);
        Assert.Same(mine, server.Architecture);
        var run = await Load.ClosedLoopAsync(server, 5);
        Assert.Equal(5, run.Answered);
        Assert.DoesNotContain("claims", run.ToText());
        Assert.Equal(5, server.Log.Events.Count(entry => entry.Kind == ServerEventKind.Closed));
    }

    [Fact]
    public async Task A_class_that_does_not_pass_its_options_on_is_told()
    {
        var mine = Architecture.Own("forgetful", _ => new ThreadsOfItsOwn(new ServerOptions()));
        var failure = Assert.Throws<InvalidOperationException>(() => mine.Start());
        Assert.Equal(
            "'forgetful' must pass its options on to its server: `options => new ThreadsOfItsOwn(options)`.", failure.Message);
        await RunningServers.StopAllAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_class_that_never_ends_its_connections_is_told()
    {
        var server = Architecture.Own("endless", options => new ThreadsOfItsOwn(options, ends: false)).Start();
        Assert.Equal("Ended.", await Client.AskAsync(server, "Ended?"));
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => server.StopAsync(TimeSpan.Zero));
        Assert.EndsWith("1 connection has not ended. Does every path of its conversation call End?", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Async")]
    public void Names_must_be_its_own(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => Architecture.Own(name, Exercises.BlockingServer.Reference));

    private static async Task ServeAllAsync(Socket listener, Serving serving)
    {
        while (!serving.IsStopping)
        {
            var client = await listener.AcceptAsync(serving.Stopping);
            _ = ConverseAsync(client, serving);
        }
    }

    private static async Task ConverseAsync(Socket client, Serving serving)
    {
        using var _ = client;
        var buffer = new byte[100];
        while (await client.ReceiveAsync(buffer) is > 0 and var count)
        {
            await serving.ThinkAsync();
            buffer[count - 1] = Question.AnswerEnd;
            await client.SendAsync(buffer.AsMemory(0, count));
        }
    }

    // As a learner writes it: with what a class outside the library can use.
    private sealed class ThreadsOfItsOwn(ServerOptions options, bool ends = true) : Server(options)
    {
        protected override void Serve() => StartThread("acceptor", worker =>
        {
            while (Accept(worker) is { } connection)
            {
                StartThread($"thread {connection.Number}", _ => Converse(connection));
            }
        });

        private void Converse(SocketConnection connection)
        {
            Exception? failure = null;
            try
            {
                while (connection.ShouldContinue && Answer(connection))
                {
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            if (ends)
            {
                connection.End(failure);
            }
        }

        private static bool Answer(SocketConnection connection)
        {
            Memory<byte> question;
            while (!connection.TryTakeQuestion(out question))
            {
                if (!connection.Receive())
                {
                    return false;
                }
            }

            connection.Think.Block();
            Question.TurnIntoAnswer(question.Span);
            connection.Send(question);
            return true;
        }
    }
}
