using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Kernel;

/// <summary>What a cell's threads and timers still do after the cell, or the whole notebook, has ended.</summary>
public sealed class LateOutputTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_a_thread_writes_after_the_last_cell_belongs_to_the_cell_that_started_it()
    {
        // The pause stands for the learner's: it lets the notebook's last cell end before the thread writes anything.
        var outputs = await RunAsync(
            "var thread = new System.Threading.Thread(() => "
            + "{ System.Threading.Thread.Sleep(300); Console.WriteLine(\"late\"); });\n"
            + "thread.Start();",
            "Console.WriteLine(\"last cell\");");
        Assert.Contains("late", outputs[0], StringComparison.Ordinal);
        Assert.DoesNotContain("late", outputs[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_writes_while_the_next_cell_runs_belongs_to_its_own_too()
    {
        var outputs = await RunAsync(
            "var (go, done) = (new System.Threading.ManualResetEventSlim(), new System.Threading.ManualResetEventSlim());\n"
            + "new System.Threading.Thread(() => { go.Wait(); Console.WriteLine(\"late\"); done.Set(); }).Start();",
            "go.Set();\ndone.Wait();");
        Assert.Contains("late", outputs[0], StringComparison.Ordinal);
        Assert.Equal("[]", outputs[1]);
    }

    [Fact]
    public async Task Also_where_the_notebook_ends_with_a_cell_that_fails()
    {
        var outputs = await RunAsync(
            "var thread = new System.Threading.Thread(() => "
            + "{ System.Threading.Thread.Sleep(300); Console.WriteLine(\"late\"); });\n"
            + "thread.Start();",
            "throw new InvalidOperationException(\"no\");",
            "1");
        Assert.Contains("late", outputs[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thread_that_never_ends_keeps_nobody_waiting()
    {
        await using var kernel = KernelProcess.Start(AppContext.BaseDirectory);
        Assert.Null(await kernel.ExecuteAsync(
            "new System.Threading.Thread(() => { while (true) System.Threading.Thread.Sleep(1000); }).Start();",
            _ => { },
            Ample));
        await kernel.FinishAsync(_ => { }).WaitAsync(Ample);
        Assert.True(kernel.HasEnded);
    }

    [Fact]
    public async Task A_process_that_crashes_after_the_last_cell_is_not_passed_over()
    {
        var outputs = await RunAsync(
            "new System.Threading.Thread(() => "
            + "{ System.Threading.Thread.Sleep(300); Environment.FailFast(\"crashed late\"); }).Start();");
        Assert.Contains("after the last cell", outputs[0], StringComparison.Ordinal);
        Assert.Contains("crashed late", outputs[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_written_before_a_cell_was_ended_is_there()
    {
        await using var kernel = KernelProcess.Start(AppContext.BaseDirectory);
        var text = "";
        // So that the time below is the cell's, without what the kernel takes to get ready.
        Assert.Null(await kernel.ExecuteAsync("1", _ => { }, Ample));
        await kernel.ExecuteAsync(
            "for (var i = 1; i <= 1000; i++) Console.WriteLine($\"line {i}.\");\nwhile (true) { }",
            happened => text += (happened as KernelEvent.Stream)?.Text,
            TimeSpan.FromSeconds(5));
        Assert.Contains("line 1000.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var timer = new System.Threading.Timer(_ => throw new InvalidOperationException(\"mine\"), null, 0, -1);")]
    [InlineData("System.Threading.ThreadPool.QueueUserWorkItem(_ => throw new InvalidOperationException(\"mine\"));")]
    [InlineData(
        "async void Fail() { await Task.Delay(1).ConfigureAwait(false); throw new InvalidOperationException(\"mine\"); }\n"
        + "Fail();")]
    [InlineData("new System.Threading.Thread(() => throw new InvalidOperationException(\"mine\")).Start();")]
    public async Task An_exception_that_nothing_catches_is_reported_with_the_cell_that_began_the_work(string code) =>
        Assert.Equal(2, (await FailureAsync("1", code)).Cell);

    [Fact]
    public async Task Where_no_cell_can_be_named_the_report_says_so()
    {
        var failure = await FailureAsync(
            "1",
            "{ using var hidden = System.Threading.ExecutionContext.SuppressFlow(); "
            + "new System.Threading.Thread(() => throw new InvalidOperationException(\"mine\")).Start(); }");
        Assert.Null(failure.Cell);
        var outputs = new CellOutputs();
        outputs.Add(failure);
        var report = string.Concat(
            outputs.ToJson(1).SelectMany(output => output!["text"]!.AsArray()).Select(line => (string?)line));
        Assert.Contains("It is not known which cell started this work", report.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    /// <summary>Runs the cells, and then others that do nothing until an exception in the background is reported.</summary>
    private static async Task<KernelEvent.BackgroundFailure> FailureAsync(params string[] cells)
    {
        await using var kernel = KernelProcess.Start(AppContext.BaseDirectory);
        KernelEvent.BackgroundFailure? failure = null;
        using var deadline = new CancellationTokenSource(Ample);
        for (var i = 0; i < cells.Length || failure is null; i++)
        {
            deadline.Token.ThrowIfCancellationRequested();
            Assert.Null(await kernel.ExecuteAsync(
                i < cells.Length ? cells[i] : "await Task.Yield();",
                happened => failure ??= happened as KernelEvent.BackgroundFailure,
                Ample));
        }

        Assert.Contains("mine", failure.Error.Message, StringComparison.Ordinal);
        return failure;
    }

    /// <summary>Runs a notebook with these cells.</summary>
    /// <returns>The outputs of each, as JSON.</returns>
    private static async Task<string[]> RunAsync(params string[] cells)
    {
        using var folder = new TemporaryFolder();
        var notebook = Notebook.Read(folder.Notebook("late.ipynb", [.. cells.Select(code => (code, (string[])[]))]));
        await NotebookRunner.RunAsync(notebook, Ample, patience: Ample);
        return [.. notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString())];
    }
}
