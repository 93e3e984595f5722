using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests;

/// <summary>A kernel that gets ready while its first cell comes.</summary>
public sealed class GettingReadyTests
{
    [Fact]
    public async Task It_waits_for_the_cell_that_runs()
    {
        using var kernel = new EmbeddedKernel(AppContext.BaseDirectory);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var cell = kernel.ExecuteAsync("Console.Write(\"begun\");\nSystem.Threading.Thread.Sleep(-1);", _ => begun.TrySetResult(), stop.Token);
        await begun.Task;
        var ready = new Thread(kernel.MakeReady);
        ready.Start();
        // It comes to wait, or to its end.
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
            await kernel.ValueAsync("#r \"bin/NetworkingCourse.dll\"\nvar list = new List<string> { \"a\" };\nvar at = new System.Net.IPEndPoint(1, 80);");
            Assert.Equal("81", await kernel.ValueAsync("list = list.Select(text => text + \"b\").ToList();\nSystem.Net.EndPoint same = at;\nat.Port + list.Count"));
            ready.Join();
        }
    }
}
