namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>
/// Stops cells that allocate, lock, wait, print, throw and await, at every moment: no stop breaks anything.
/// </summary>
public sealed class ManyStopsTests
{
    private static readonly string[] Cells =
    [
        "while (true) { lock (gate) { kept.Add(new string('x', 100).Length); if (kept.Count > 1000) kept.Clear(); } }",
        "while (true) { try { throw new Exception(); } catch { count++; } finally { count++; } }",
        "while (true) { await Task.Yield(); count++; }",
        "while (true) { await Task.Delay(1); "
        + "using (var stream = new System.IO.MemoryStream()) { await stream.WriteAsync(new byte[10]); } }",
        "Parallel.For(0, int.MaxValue, i => { lock (gate) { count++; } System.Threading.Thread.Sleep(0); });",
        "await Task.WhenAll(Enumerable.Range(0, 20).Select(i => "
        + "Task.Run(async () => { while (true) { await Task.Yield(); lock (gate) { count++; } } })));",
        "while (true) { var t = new System.Threading.Thread(() => "
        + "{ lock (gate) { System.Threading.Monitor.Wait(gate, 1); } }); t.Start(); t.Join(); }",
        "while (true) { Console.WriteLine(count++); display(1); }",
        "while (true) { using (var timer = new System.Threading.Timer(_ => count++, null, 0, 1)) "
        + "System.Threading.Thread.Sleep(1); }",
        "var channel = System.Threading.Channels.Channel.CreateBounded<int>(1);\n"
        + "_ = Task.Run(async () => { while (true) await channel.Writer.WriteAsync(1); });\n"
        + "await foreach (var i in channel.Reader.ReadAllAsync()) count++;",
    ];

    [Fact]
    public async Task Nothing_breaks_and_nothing_goes_on()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("var gate = new object();\nvar kept = new List<int>();\nvar count = 0L;");
        var chance = new Random(2026);
        for (var i = 0; i < 10 * Cells.Length; i++)
        {
            using var stop = new CancellationTokenSource();
            var running = kernel.RunAsync(Cells[i % Cells.Length], stop.Token);
            await Task.Delay(chance.Next(15));
            await stop.CancelAsync();
            var error = (await running.WaitAsync(TimeSpan.FromSeconds(30))).Error;
            Assert.Equal(
                (i % Cells.Length, "The cell was interrupted."),
                (i % Cells.Length, string.Join('\n', error?.Traceback ?? ["It ended by itself."])));
        }

        Assert.Equal("No cell has left anything running.", await kernel.ValueAsync("RunningCells.Status()"));
        Assert.Equal("True", await kernel.ValueAsync("System.Threading.Monitor.TryEnter(gate, 1000)"));
    }
}
