using System.Diagnostics;
using NetworkingCourse.ServerArchitecture;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.ServerArchitecture;

[Collection(Alone.Name)]
public class ThreadSwitchesTests
{
    private const int Rounds = 200;

    [NeedsFact(Need.Linux)]
    public void A_thread_that_waits_is_counted_once_for_each_wait()
    {
        using var ping = new SemaphoreSlim(0);
        using var pong = new SemaphoreSlim(0);
        using var begin = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            begin.Wait();
            for (var i = 0; i < Rounds; i++)
            {
                ping.Wait();
                Thread.Sleep(1);
                pong.Release();
            }
        })
        { IsBackground = true };
        thread.Start();
        var before = ThreadSwitches.Of(Environment.ProcessId)!;

        begin.Set();
        for (var i = 0; i < Rounds; i++)
        {
            ping.Release();
            pong.Wait();
        }

        var since = ThreadSwitches.Of(Environment.ProcessId)!.Since(before);
        // The sleeping thread for each round, and the waiting one, unless it happened to spin. On busy cores the system counts
        // some of them as involuntary: those of a thread that it was about to interrupt anyway.
        Assert.True(since is { Voluntary: >= 1, Threads: >= 1 }, since.ToString());
        Assert.True(since.Voluntary + since.Involuntary >= Rounds, since.ToString());
        Assert.Equal(new SwitchCount(0, 0, 0), before.Since(before));
        thread.Join();
    }

    [NeedsFact(Need.Linux)]
    public async Task A_server_without_clients_waits_and_an_event_loop_serves_them_on_one_thread()
    {
        await using var server = await StandaloneServer.StartAsync(Architecture.Epoll);
        _ = await ClosedLoop.RunAsync(server, connections: 1, TimeSpan.FromMilliseconds(100));
        var before = server.Switches()!;

        var run = await ClosedLoop.RunAsync(server, connections: 1, TimeSpan.FromMilliseconds(200));

        var since = server.Switches()!.Since(before);
        // One wait for each question, and few others: those of the runtime's own threads.
        Assert.True(since.Voluntary + since.Involuntary >= run.Latencies.Count / 2, since.ToString());
        Assert.InRange((double)since.Voluntary / run.Latencies.Count, 0, 1.5);
    }

    [NeedsFact(Need.Linux)]
    public void A_process_that_does_not_exist_is_refused()
    {
        using var ended = Process.Start("true");
        ended.WaitForExit();

        Assert.Throws<ArgumentException>(() => ThreadSwitches.Of(ended.Id));
    }
}
