using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests;

/// <summary>
/// Every notebook, run as a learner would and then once more in the same kernel: once, for all tests that look at what came of it.
/// They mostly wait, so a few run at a time; what is measured then is bent a little.
/// </summary>
public sealed class NotebookRuns
{
    /// <summary>How many notebooks run at a time, here and in front ends.</summary>
    public const int AtATime = 4;

    private static readonly TimeSpan CellTimeout = TimeSpan.FromSeconds(100);

    private readonly Lazy<Task<IReadOnlyDictionary<string, NotebookRun>>> _runs = new(RunAllAsync);

    /// <summary>The names of all notebooks, those that take longest first, so that none of them is left alone at the end.</summary>
    internal static IEnumerable<string> LongestFirst => Repository.NotebookNames.Reverse();

    /// <summary>What came of a notebook. The first to ask starts all of them.</summary>
    /// <param name="name">Its path below the notebooks' folder.</param>
    internal async Task<NotebookRun> OfAsync(string name) => (await _runs.Value)[name];

    private static async Task<IReadOnlyDictionary<string, NotebookRun>> RunAllAsync()
    {
        var runs = new System.Collections.Concurrent.ConcurrentDictionary<string, NotebookRun>();
        await Parallel.ForEachAsync(LongestFirst, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (name, _) => runs[name] = await RunTwiceAsync(name));
        return runs;
    }

    private static async Task<NotebookRun> RunTwiceAsync(string name)
    {
        var path = Path.Combine(Repository.Notebooks, name);
        await using var kernel = KernelProcess.Start(Path.GetDirectoryName(path)!);
        var first = await RunOnceAsync(path, kernel);
        return new NotebookRun(first, first.Failure is null ? await RunOnceAsync(path, kernel) : first);
    }

    private static async Task<OneRun> RunOnceAsync(string path, KernelProcess kernel)
    {
        var notebook = Notebook.Read(path);
        var result = await NotebookRunner.RunAsync(notebook, kernel, CellTimeout);
        var failure = result.Failure is { } failed ? $"code cell {failed.Cell}: {string.Join('\n', failed.Error.Traceback)}" : null;
        return new OneRun(notebook, failure, kernel.HasEnded ? [] : Leftovers.Of(kernel.Id));
    }
}

/// <summary>A notebook run twice in one kernel.</summary>
internal sealed record NotebookRun(OneRun First, OneRun Second);

/// <summary>A notebook run once.</summary>
/// <param name="Notebook">The notebook with its outputs.</param>
/// <param name="Failure">Which cell failed and why; null if none did.</param>
/// <param name="Leftovers">What the kernel still held after the last cell, and should not.</param>
internal sealed record OneRun(Notebook Notebook, string? Failure, IReadOnlyList<string> Leftovers);
