using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>A kernel that gets ready while its first cell arrives.</summary>
public sealed class GettingReadyTests
{
    [Fact]
    public async Task It_waits_for_the_cell_that_runs()
    {
        using var kernel = new EmbeddedKernel(AppContext.BaseDirectory);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var cell = kernel.ExecuteAsync(
            "Console.Write(\"begun\");\nSystem.Threading.Thread.Sleep(-1);", _ => begun.TrySetResult(), stop.Token);
        await begun.Task;
        var ready = new Thread(kernel.MakeReady);
        ready.Start();
        // It gets as far as waiting, or to its end.
        SpinWait.SpinUntil(() => (ready.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
        Assert.True(ready.IsAlive, "It should have waited.");
        Assert.False(cell.IsCompleted);
        await stop.CancelAsync();
        await cell;
        ready.Join();
    }

    [Fact]
    public async Task Types_of_the_first_cell_are_those_of_the_cells_after_it()
    {
        for (var i = 0; i < 5; i++)
        {
            using var kernel = new KernelSession();
            var ready = new Thread(kernel.MakeReady);
            ready.Start();
            await kernel.ValueAsync(
                "#r \"bin/NetworkingCourse.dll\"\n"
                + "var list = new List<string> { \"a\" };\n"
                + "var at = new System.Net.IPEndPoint(1, 80);");
            var sum = await kernel.ValueAsync(
                "list = list.Select(text => text + \"b\").ToList();\n"
                + "System.Net.EndPoint same = at;\n"
                + "at.Port + list.Count");
            Assert.Equal("81", sum);
            ready.Join();
        }
    }
}
