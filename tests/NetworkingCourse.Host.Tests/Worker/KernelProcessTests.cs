using System.Diagnostics;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Worker;

/// <summary>A kernel's process, from its start to every way it can end.</summary>
public class KernelProcessTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_worker_whose_parent_is_gone_ends_itself_even_while_a_cell_loops_for_ever()
    {
        using var worker = StartWorker();
        await worker.StandardInput.WriteLineAsync(Wire.Execute("Console.WriteLine(\"looping\"); while (true) { }"));
        await worker.StandardInput.FlushAsync();
        while (await worker.StandardOutput.ReadLineAsync().WaitAsync(Ample) is { } line
            && !line.Contains("looping", StringComparison.Ordinal))
        {
            // What comes before the cell's first word does not matter.
        }

        worker.StandardInput.Close();
        await worker.WaitForExitAsync().WaitAsync(Ample);
    }

    [NeedsFact(Need.Signals)]
    public async Task A_cell_that_loops_for_ever_is_ended_with_all_that_it_started()
    {
        await using var kernel = KernelProcess.Start(AppContext.BaseDirectory);
        var started = new List<string>();
        Assert.Null(await kernel.ExecuteAsync(
            "var p = System.Diagnostics.Process.Start(\"sleep\", \"600\"); Console.WriteLine(p.Id);",
            happened => started.AddRange(happened is KernelEvent.Stream stream ? [stream.Text] : []), Ample));
        var error = await kernel.ExecuteAsync("while (true) { }", _ => { }, TimeSpan.FromSeconds(1));
        Assert.Equal("TimeoutError", error?.Name);
        Assert.True(kernel.HasEnded);
        var child = int.Parse(Assert.Single(started), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(await IsGoneAsync(child), "The process that the cell started lives on.");
    }

    [Fact]
    public async Task A_cell_that_takes_too_long_cleans_up_before_it_is_ended()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "cleaned");
        await using var kernel = KernelProcess.Start(AppContext.BaseDirectory);
        Assert.Null(await kernel.ExecuteAsync("1", _ => { }, Ample));
        var failures = 0;
        var error = await kernel.ExecuteAsync(
            "try { await Task.Delay(-1); } "
                + $"finally {{ Console.WriteLine(\"closing\"); System.IO.File.WriteAllText(@\"{file}\", \"up\"); }}",
            happened => failures += happened is KernelEvent.Failure ? 1 : 0,
            TimeSpan.FromSeconds(5));
        Assert.Equal(("TimeoutError", 1), (error?.Name, failures));
        Assert.Equal("up", await File.ReadAllTextAsync(file));
    }

    [Theory]
    [InlineData(CourseProgram.StackOverflow, "Stack overflow")]
    [InlineData("Environment.FailFast(\"my last words\");", "my last words")]
    public async Task A_crash_is_told_in_the_runtimes_first_words(string code, string words)
    {
        await using var kernel = KernelProcess.Start(AppContext.BaseDirectory);
        Assert.Null(await kernel.ExecuteAsync("1", _ => { }, Ample));
        var error = await kernel.ExecuteAsync(code, _ => { }, Ample);
        Assert.Equal("KernelEnded", error?.Name);
        Assert.Contains(words, error!.Message, StringComparison.Ordinal);
    }

    [NeedsFact(Need.Signals)]
    public async Task Ctrl_C_in_the_terminal_does_not_end_a_worker_before_its_parent_does()
    {
        await using var kernel = KernelProcess.Start(AppContext.BaseDirectory);
        Assert.Null(await kernel.ExecuteAsync("var kept = 1;", _ => { }, Ample));
        Signals.Send(kernel.Id, Signals.Signal.Interrupt);

        Assert.Null(await kernel.ExecuteAsync("kept + 1", _ => { }, Ample));
    }

    [Fact]
    public async Task Numbers_are_written_the_same_on_threads_without_the_cells_context()
    {
        var start = StartInfo();
        start.Environment["LANG"] = start.Environment["LC_ALL"] = "de_DE.UTF-8";
        start.Environment.Remove("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT");
        using var worker = Process.Start(start)!;
        await worker.StandardInput.WriteLineAsync(Wire.Execute(
            """
            using System.Threading;
            string written = null;
            using (ExecutionContext.SuppressFlow())
            {
                var thread = new Thread(() => written = (1.5).ToString());
                thread.Start();
                thread.Join();
            }
            written
            """));
        await worker.StandardInput.FlushAsync();
        var value = await ReadResultAsync(worker);
        worker.StandardInput.Close();
        await worker.WaitForExitAsync().WaitAsync(Ample);
        Assert.Equal("1.5", value);
    }

    private static async Task<string?> ReadResultAsync(Process worker)
    {
        while (await worker.StandardOutput.ReadLineAsync().WaitAsync(Ample) is { } line)
        {
            if (Wire.Parse(line).Message is { } message
                && !Wire.IsEnd(message, out _)
                && Wire.EventOf(message) is KernelEvent.Result result)
            {
                return result.Data.ToString();
            }
        }

        return null;
    }

    /// <summary>A killed process stays listed until its parent, or the system in its place, has taken note.</summary>
    private static async Task<bool> IsGoneAsync(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static Process StartWorker() => Process.Start(StartInfo())!;

    private static ProcessStartInfo StartInfo() => new(
        "dotnet", [typeof(KernelProcess).Assembly.Location, KernelProcess.Subcommand, AppContext.BaseDirectory])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new System.Text.UTF8Encoding(false),
    };
}
