using System.Collections.Concurrent;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

/// <summary>In a notebook, the execution context and the console belong to a cell: a server must take neither along.</summary>
public class BackgroundWorkTests
{
    public static TheoryData<string> Architectures => TestServers.AllNames;

    [Fact]
    public async Task Threads_and_tasks_of_a_server_do_not_inherit_the_context_of_the_cell_that_started_it()
    {
        var cell = new AsyncLocal<string?> { Value = "the cell" };
        var seen = new ConcurrentBag<string?>();
        var probe = new ServerProbe(() => seen.Add(cell.Value));

        probe.Begin();
        await probe.StopAsync();

        Assert.Equal([null, null], seen);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task No_part_of_serving_runs_in_the_context_of_the_cell_that_started_the_server(string architecture)
    {
        var entered = 0;
        var cell = new AsyncLocal<string?>(change =>
        {
            // Called on every thread that enters or leaves a context in which the value differs.
            if (change.CurrentValue is not null)
            {
                Interlocked.Increment(ref entered);
            }
        });
        Server? server = null;
        ExecutionContext.Run(ExecutionContext.Capture()!, _ =>
        {
            cell.Value = "the cell";
            server = TestServers.Start(architecture, new ServerOptions
            {
                Think = TimeSpan.FromMilliseconds(1),
                // Long enough for a client on a busy machine to notice that it is connected.
                QuestionDeadline = TimeSpan.FromMilliseconds(1500),
            });
        }, null);
        Assert.Null(cell.Value);
        Assert.Equal(1, entered);

        await using (server)
        {
            Assert.Equal("Where.", await Client.AskAsync(server!, "Where?"));
            // The same goes for the timer that ends idle connections.
            await using var idle = await Client.ConnectAsync(server!.EndPoint);
            await server.Log.WaitForAsync(ServerEventKind.TimedOut);
        }

        Assert.Equal(1, entered);
    }

    [Fact]
    public async Task An_exception_on_a_thread_or_task_of_a_server_is_in_the_log_and_ends_nothing_else()
    {
        var probe = new ServerProbe(() => throw new InvalidOperationException("a fault of the architecture"));

        probe.Begin();
        var second = await probe.Log.WaitForAsync(ServerEventKind.WorkerFailed, count: 2);
        await probe.StopAsync();

        Assert.Contains("a fault of the architecture", second.Sentence, StringComparison.Ordinal);
        Assert.Equal(ServerEventKind.Stopped, probe.Log.Events[^1].Kind);
    }
}
