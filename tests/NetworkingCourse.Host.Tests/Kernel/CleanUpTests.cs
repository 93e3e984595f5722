using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>
/// A cell that is stopped cleans up: its <c>finally</c> blocks and its <c>using</c> blocks run to their end, wherever the
/// cell was.
/// </summary>
public sealed class CleanUpTests
{
    private const string Begun = "Console.WriteLine(\"begun\");";

    /// <summary>Each cell is stopped when it has come to the mark (§), and its clean-up ends with <c>done.Add("x")</c>.</summary>
    public static TheoryData<string, string> Cells => new()
    {
        { "await in try/finally", "try { § await Task.Delay(-1); } finally { done.Add(\"x\"); }" },
        {
            "a loop and a helper with statements of its own",
            "void Clean() { var text = \"x\"; done.Add(text); }\ntry { § while (true) { } } finally { Clean(); }"
        },
        {
            "a block lambda",
            "Action clean = () => { var text = \"x\"; done.Add(text); };\ntry { § Thread.Sleep(-1); } finally { clean(); }"
        },
        {
            "Dispose with a block",
            "class D(List<string> list) : IDisposable { public void Dispose() { var text = \"x\"; list.Add(text); } }\n"
            + "using (new D(done)) { § while (true) { } }"
        },
        {
            "Dispose as an expression",
            "class D(List<string> list) : IDisposable { void Add() { var text = \"x\"; list.Add(text); } "
            + "public void Dispose() => Add(); }\n"
            + "using (new D(done)) { § while (true) { } }"
        },
        {
            "DisposeAsync",
            "class D(List<string> list) : IAsyncDisposable { public async ValueTask DisposeAsync() { await Task.Yield(); "
            + "await Task.Delay(1); list.Add(\"x\"); } }\n"
            + "await using (new D(done)) { § await Task.Delay(-1); }"
        },
        {
            "using declarations in a method",
            "class D(List<string> list) : IDisposable { public void Dispose() { var text = \"x\"; list.Add(text); } }\n"
            + "void F() { using var d = new D(done); § Thread.Sleep(-1); }\n"
            + "F();"
        },
        {
            "await using declarations in a method",
            "class D(List<string> list) : IAsyncDisposable { public async ValueTask DisposeAsync() { await Task.Delay(1); "
            + "list.Add(\"x\"); } }\n"
            + "async Task F() { await using var d = new D(done); § await Task.Delay(-1); }\n"
            + "await F();"
        },
        { "printing", "try { § while (true) { } } finally { Console.WriteLine(\"closing\"); done.Add(\"x\"); }" },
        {
            "printing from another thread",
            "try { § while (true) { } } finally { var t = new Thread(() => Console.WriteLine(\"closing\")); t.Start(); "
            + "t.Join(); done.Add(\"x\"); }"
        },
        { "displaying", "try { § await Task.Delay(-1); } finally { display(1); 2.Display(); done.Add(\"x\"); }" },
        { "awaiting", "try { § while (true) { } } finally { await Task.Delay(10); await Task.Yield(); done.Add(\"x\"); }" },
        {
            "an async helper",
            "async Task CleanAsync() { await Task.Delay(10); var text = \"x\"; await Task.Yield(); done.Add(text); }\n"
            + "try { § await Task.Delay(-1); } finally { await CleanAsync(); }"
        },
        {
            "an async helper that is waited for",
            "async Task CleanAsync() { await Task.Delay(10); var text = \"x\"; done.Add(text); }\n"
            + "try { § while (true) { } } finally { CleanAsync().Wait(); }"
        },
        {
            "waiting",
            "try { § while (true) { } } finally { Thread.Sleep(10); lock (done) { Monitor.Wait(done, 10); } done.Add(\"x\"); }"
        },
        {
            "a loop",
            "try { § await Task.Delay(-1); } finally { for (var i = 0; i < 1000; i++) { done.Remove(\"y\"); } done.Add(\"x\"); }"
        },
        {
            "catch and throw again",
            "try { § while (true) { } } catch { void Note() { var text = \"x\"; done.Add(text); } Note(); throw; }"
        },
        {
            "catch and go on",
            "while (true) { try { § Thread.Sleep(-1); } catch (Exception e) { Console.WriteLine(e.Message); "
            + "done.Remove(\"x\"); done.Add(\"x\"); } }"
        },
        {
            "nested",
            "void Clean() { try { Thread.Sleep(1); } finally { done.Add(\"x\"); } }\n"
            + "try { try { § while (true) { } } finally { Thread.Sleep(1); } } finally { Clean(); }"
        },
        {
            "an iterator",
            "IEnumerable<int> Ever() { try { § while (true) yield return 1; } finally { var text = \"x\"; done.Add(text); } }\n"
            + "foreach (var i in Ever()) { }"
        },
        {
            "an async iterator",
            "async IAsyncEnumerable<int> Ever() { try { § while (true) { await Task.Delay(-1); yield return 1; } } "
            + "finally { await Task.Yield(); done.Add(\"x\"); } }\n"
            + "await foreach (var i in Ever()) { }"
        },
        {
            "an async iterator of the library",
            "var channel = System.Threading.Channels.Channel.CreateUnbounded<int>();\n"
            + "try { § await foreach (var i in channel.Reader.ReadAllAsync()) { } } finally { done.Add(\"x\"); }"
        },
        {
            "an enumerator's own Dispose",
            "class E(List<string> list) : IEnumerator<int> { public int Current => 1; "
            + "object System.Collections.IEnumerator.Current => 1; public bool MoveNext() { § return true; } "
            + "public void Reset() { } public void Dispose() { var text = \"x\"; list.Add(text); } }\n"
            + "class S(List<string> list) : IEnumerable<int> { public IEnumerator<int> GetEnumerator() => new E(list); "
            + "System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator(); }\n"
            + "foreach (var i in new S(done)) { }"
        },
        {
            "a task that is awaited",
            "await Task.Run(() => { try { § while (true) { } } finally { var text = \"x\"; done.Add(text); } });"
        },
        {
            "a task that is left alone",
            "_ = Task.Run(async () => { try { § await Task.Delay(-1); } finally { done.Add(\"x\"); } });\nawait Task.Delay(-1);"
        },
        {
            "a thread",
            "var t = new Thread(() => { try { § Thread.Sleep(-1); } catch (ThreadInterruptedException) { } "
            + "finally { done.Add(\"x\"); } });\n"
            + "t.Start();\n"
            + "t.Join();"
        },
        { "ConfigureAwait", "try { § await Task.Delay(-1).ConfigureAwait(false); } finally { done.Add(\"x\"); }" },
        {
            "ValueTask",
            "async ValueTask<int> F() { try { § await Task.Delay(-1); return 1; } finally { done.Add(\"x\"); } }\nawait F()"
        },
        {
            "a custom awaitable",
            "class Never { public A GetAwaiter() => new(); "
            + "public class A : System.Runtime.CompilerServices.INotifyCompletion { public bool IsCompleted => false; "
            + "public void OnCompleted(Action c) { } public int GetResult() => 1; } }\n"
            + "try { § await new Never(); } finally { done.Add(\"x\"); }"
        },
        {
            "WhenAny",
            "try { § await Task.WhenAny(Task.Delay(-1), new TaskCompletionSource().Task); } finally { done.Add(\"x\"); }"
        },
        { "a blocking wait", "try { § new TaskCompletionSource().Task.Wait(); } finally { done.Add(\"x\"); }" },
        { "a semaphore", "var s = new SemaphoreSlim(0);\ntry { § await s.WaitAsync(); } finally { done.Add(\"x\"); }" },
        { "parallel", "try { Parallel.For(0, 4, _ => { § while (true) { } }); } finally { done.Add(\"x\"); }" },
        {
            "an expression lambda",
            "try { § _ = Enumerable.Repeat(1L, int.MaxValue).All(x => x >= 0) "
            + "&& Enumerable.Repeat(1L, int.MaxValue).All(x => x >= 0); while (true) { } } finally { done.Add(\"x\"); }"
        },
        {
            "an infinite sequence",
            "try { § Enumerable.InfiniteSequence(0L, 1L).All(x => x >= 0); } finally { done.Add(\"x\"); }"
        },
        {
            "a query",
            "try { § _ = (from x in Enumerable.InfiniteSequence(0L, 1L) where x < 0 select x).First(); } "
            + "finally { done.Add(\"x\"); }"
        },
        {
            "an expression-bodied method",
            "bool Ok(long x) => x >= 0;\ntry { § Enumerable.InfiniteSequence(0L, 1L).All(Ok); } finally { done.Add(\"x\"); }"
        },
        {
            "an expression-bodied property",
            "class P { public bool Ok => true; }\nvar p = new P();\ntry { § while (p.Ok) ; } finally { done.Add(\"x\"); }"
        },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task It_runs_to_its_end(string name, string code)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("using System.Threading;\nvar done = new List<string>();");
        var error = await StopAsync(kernel, code);
        Assert.Equal((name, "Interrupted", "The cell was interrupted."), (name, error?.Name, error?.Message));
        Assert.Equal((name, "x"), (name, await kernel.ValueAsync("string.Join(\",\", done)")));
        // And what it printed meanwhile has been dropped.
        Assert.Equal("begun\n", kernel.Output[..6]);
        Assert.DoesNotContain("closing", kernel.Output, StringComparison.Ordinal);
        Assert.Empty(kernel.Events.OfType<KernelEvent.Display>());
    }

    private const string Inner =
        "async Task Inner() { try { § await Task.Delay(-1); } "
        + "finally { await Task.Delay(50); done += \"inner \"; } }\n";

    [Theory]
    [InlineData(Inner + "try { await Inner(); } finally { done += \"outer\"; }")]
    [InlineData(Inner + "try { await Inner().ConfigureAwait(false); } finally { done += \"outer\"; }")]
    [InlineData(Inner + "try { await new ValueTask(Inner()); } finally { done += \"outer\"; }")]
    [InlineData(Inner + "try { await Task.WhenAll(Inner(), Task.CompletedTask); } finally { done += \"outer\"; }")]
    [InlineData(Inner + "try { await Task.WhenAny(Inner()); } finally { done += \"outer\"; }")]
    [InlineData(Inner + "try { await Task.Run(Inner); } finally { done += \"outer\"; }")]
    [InlineData(Inner + "async Task Middle() { await Inner(); }\ntry { await Middle(); } finally { done += \"outer\"; }")]
    [InlineData(
        "try { await Task.Run(() => { try { § while (true) { } } "
        + "finally { System.Threading.Thread.Sleep(50); done += \"inner \"; } }); } finally { done += \"outer\"; }")]
    [InlineData(
        "async IAsyncEnumerable<int> Ever() { try { § await Task.Delay(-1); yield return 1; } "
        + "finally { await Task.Delay(50); done += \"inner \"; } }\n"
        + "try { await foreach (var i in Ever()) { } } finally { done += \"outer\"; }")]
    public async Task What_waits_for_other_code_of_the_cell_cleans_up_after_it(string code)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("var done = \"\";");
        await StopAsync(kernel, code);
        Assert.Equal((code, "inner outer"), (code, await kernel.ValueAsync("done")));
    }

    [Fact]
    public async Task A_loop_in_a_loaded_file_is_stopped_and_cleans_up()
    {
        using var folder = new TemporaryFolder();
        folder.File(
            "loop.csx",
            "var done = \"\";\n"
            + "void Loop()\n"
            + "{\n"
            + "    try { Console.WriteLine(\"begun\"); while (true) { } } finally { done += \"x\"; }\n"
            + "}\n");
        using var kernel = new KernelSession(folder.Path);
        Assert.Equal(["The cell was interrupted."], (await StopAsync(kernel, "#load \"loop.csx\"\nLoop();"))?.Traceback);
        Assert.Equal("x", await kernel.ValueAsync("done"));
    }

    [Fact]
    public async Task A_port_is_free_again()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("using System.Net;\nusing System.Net.Sockets;\nvar port = 0;");
        const string listen =
            "using (var l = new TcpListener(IPAddress.Loopback, port)) "
            + "{ l.Start(); port = ((IPEndPoint)l.LocalEndpoint).Port; ";
        await StopAsync(kernel, listen + "§ await l.AcceptTcpClientAsync(); }");
        Assert.Equal("True", await kernel.ValueAsync(listen + "}\nport > 0"));
    }

    [Fact]
    public async Task A_writer_in_a_using_is_flushed()
    {
        using var folder = new TemporaryFolder();
        using var kernel = new KernelSession(folder.Path);
        var file = Path.Combine(folder.Path, "out.txt");
        await StopAsync(
            kernel,
            $"using (var w = new System.IO.StreamWriter(@\"{file}\")) {{ w.WriteLine(\"kept\"); § await Task.Delay(-1); }}");
        Assert.Equal("kept" + Environment.NewLine, await File.ReadAllTextAsync(file));
    }

    /// <summary>While a cell's output is being handed on, its thread is in the kernel, but about to return to the cell.</summary>
    [Theory]
    [InlineData("try { § while (true) { } } finally { done += \"x\"; }", "x")]
    [InlineData(Inner + "try { await Inner(); } finally { done += \"outer\"; }", "inner outer")]
    [InlineData(Inner + "try { await Task.Run(Inner); } finally { done += \"outer\"; }", "inner outer")]
    public async Task A_stop_that_comes_while_it_prints_lets_it_clean_up(string code, string done)
    {
        using var kernel = new EmbeddedKernel(AppContext.BaseDirectory);
        using var stop = new CancellationTokenSource();
        await kernel.ExecuteAsync("var done = \"\";", _ => { });
        var stopped = await kernel.ExecuteAsync(
            code.Replace("§", Begun, StringComparison.Ordinal),
            happened =>
            {
                if (happened is KernelEvent.Stream)
                {
                    _ = stop.CancelAsync();
                    // As long as a slow front end takes: nothing tells when the stop has looked for the cell's threads.
                    Thread.Sleep(100);
                }
            },
            stop.Token);
        Assert.Equal(CellError.Interrupted, stopped.Error?.Name);
        await kernel.ExecuteAsync("Console.Write(done);", happened => Assert.Equal(done, (happened as KernelEvent.Stream)?.Text));
    }

    [Theory]
    [InlineData("try { § await Task.Delay(-1); } finally { while (true) { } }")]
    [InlineData("try { § await Task.Delay(-1); } finally { System.Threading.Thread.Sleep(-1); }")]
    [InlineData("try { § await Task.Delay(-1); } finally { await Task.Delay(-1); }")]
    [InlineData("void Clean() { while (true) { } }\ntry { § while (true) { } } finally { Clean(); }")]
    [InlineData("while (true) { try { § while (true) { } } catch { while (true) { } } }")]
    public async Task Clean_up_that_never_ends_is_ended(string code)
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync("var kept = 5;");
        Assert.Equal("The cell was interrupted.", (await StopAsync(kernel, code))?.Message);
        Assert.Equal("5", await kernel.ValueAsync("kept"));
    }

    [Fact]
    public async Task An_error_in_the_clean_up_is_shown()
    {
        using var kernel = new KernelSession();
        var error = await StopAsync(
            kernel, "try { § while (true) { } } finally { throw new InvalidOperationException(\"the door is stuck\"); }");
        Assert.Equal("Interrupted", error?.Name);
        Assert.Contains(
            "System.InvalidOperationException: the door is stuck",
            string.Join('\n', error!.Traceback),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_up_that_has_begun_before_is_not_cut_short()
    {
        using var kernel = new KernelSession();
        await kernel.ValueAsync(
            "var done = \"\";\n"
            + "void Slowly() { for (var i = 0; i < 20; i++) { System.Threading.Thread.Sleep(5); done += \"x\"; } }");
        await StopAsync(kernel, "try { } finally { § Slowly(); }\nwhile (true) { }");
        Assert.Equal("20", await kernel.ValueAsync("done.Length"));
    }

    private static async Task<CellError?> StopAsync(KernelSession kernel, string code)
    {
        using var stop = new CancellationTokenSource();
        var running = kernel.RunAsync(code.Replace("§", Begun, StringComparison.Ordinal), stop.Token);
        await kernel.WaitForAsync<KernelEvent.Stream>(stream => stream.Text.StartsWith("begun", StringComparison.Ordinal));
        await stop.CancelAsync();
        return (await running.WaitAsync(TimeSpan.FromSeconds(30))).Error;
    }
}
