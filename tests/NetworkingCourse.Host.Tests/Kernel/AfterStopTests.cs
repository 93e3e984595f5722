using System.Diagnostics;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>The session after a stop: as fast as before, and aware of what is still running.</summary>
// These tests look at the cells of the whole process: no other test may stop a cell meanwhile.
[Collection(WholeProcess.Name)]
public sealed class AfterStopTests
{
    private const string Listens =
        "var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);\n"
        + "listener.Start();";

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    [InlineData("await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => { while (true) { } })));")]
    public async Task Stop_points_ask_no_more_when_what_was_stopped_has_ended(string code)
    {
        using var kernel = new KernelSession();
        await StopAsync(kernel, code);
        // A thread of the pool leaves the cell's code a moment after the cell has ended.
        Assert.True(SpinWait.SpinUntil(() => !CellThread.AnyInStopped, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task They_ask_as_long_as_something_goes_on_and_again_when_it_comes_back()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Listens);
        await StopAsync(kernel, "listener.AcceptSocket();");
        Assert.True(CellThread.AnyInStopped);
        await kernel.ValueAsync("listener.Stop();");
        Assert.True(SpinWait.SpinUntil(() => !CellThread.AnyInStopped, TimeSpan.FromSeconds(20)));
        // A stopped cell's timer has no thread until it fires.
        await StopAsync(
            kernel,
            "var fired = new System.Threading.ManualResetEventSlim();\n"
            + "var timer = new System.Threading.Timer(_ => { fired.Set(); while (true) { } }, null, -1, -1);\n"
            + "while (true) { }");
        await kernel.ValueAsync("timer.Change(0, -1);");
        Assert.True(SpinWait.SpinUntil(() => !CellThread.AnyInStopped, TimeSpan.FromSeconds(20)));
        Assert.Equal("False", await kernel.ValueAsync("fired.IsSet"));
    }

    /// <summary>The same loop before and after, in turns. Without care, the later ones take three times as long.</summary>
    [Fact]
    public async Task A_loop_is_as_fast_as_before()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(
            "long Turn() { long sum = 0; for (var i = 0; i < 30_000_000; i++) sum += i; return sum; }\nTurn();");
        var before = new List<TimeSpan>();
        var after = new List<TimeSpan>();
        for (var round = 0; round < 5; round++)
        {
            before.Add(await TimeAsync(kernel));
        }

        await StopAsync(kernel, "while (true) { }");
        for (var round = 0; round < 5; round++)
        {
            after.Add(await TimeAsync(kernel));
        }

        Assert.InRange(after.Min() / before.Min(), 0, 2);
    }

    [Fact]
    public async Task What_cannot_be_stopped_is_said_at_the_cell_and_by_the_status()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(Listens);
        Assert.Equal("No cell has left anything running.", await kernel.ValueAsync("RunningCells.Status()"));
        var error = await StopAsync(kernel, "listener.AcceptSocket();");
        Assert.Equal("The cell was interrupted.", error!.Traceback[0]);
        Assert.Contains("cannot be stopped", Assert.Single(error.Traceback.Skip(1)), StringComparison.Ordinal);
        Assert.Contains(
            "stopped, but still in a call that cannot be interrupted",
            await kernel.ValueAsync("RunningCells.Status()"),
            StringComparison.Ordinal);
        await kernel.ValueAsync("listener.Stop();");
        Assert.True(SpinWait.SpinUntil(() => !CellThread.AnyInStopped, TimeSpan.FromSeconds(20)));
        Assert.Equal("No cell has left anything running.", await kernel.ValueAsync("RunningCells.Status()"));
    }

    [Fact]
    public async Task What_a_cell_has_left_running_can_be_seen_and_stopped()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("var ended = 0;");
        var left = await kernel.RunAsync(
            "var begun = new System.Threading.CountdownEvent(2);\n"
            + "_ = Task.Run(() => { try { begun.Signal(); while (true) { } } finally { ended++; } });\n"
            + "_ = Task.Run(async () => { try { begun.Signal(); await Task.Delay(-1); } finally { ended++; } });\n"
            + "begun.Wait();");
        var status = await kernel.ValueAsync("RunningCells.Status()");
        Assert.Matches($@"\n{left.Cell}\s+\d\d:\d\d:\d\d\s+1\s+1", status);
        Assert.Equal("No cell has left anything running.", await kernel.ValueAsync($"RunningCells.Stop({left.Cell})"));
        Assert.Equal("2", await kernel.ValueAsync("ended"));
    }

    private static async Task<TimeSpan> TimeAsync(KernelSession kernel)
    {
        var started = Stopwatch.GetTimestamp();
        await kernel.ValueAsync("Turn();");
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<CellError?> StopAsync(KernelSession kernel, string code)
    {
        using var stop = new CancellationTokenSource();
        var begun = kernel.Events.Count;
        var running = kernel.RunAsync("Console.WriteLine(\"begun\");\n" + code, stop.Token);
        await kernel.WaitForAsync<KernelEvent.Stream>(_ => kernel.Events.Count > begun);
        await stop.CancelAsync();
        return (await running.WaitAsync(TimeSpan.FromSeconds(30))).Error;
    }
}
