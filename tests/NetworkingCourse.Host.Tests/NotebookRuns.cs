using System.Collections.Concurrent;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests;

/// <summary>
/// Every notebook, run as a learner would and then once more in the same kernel, in which others have run before it: once, for all tests that
/// look at what came of it. They mostly wait, so a few kernels work at a time; what is measured then is bent a little.
/// </summary>
public sealed class NotebookRuns
{
    /// <summary>How many notebooks run at a time, here and in front ends.</summary>
    public const int AtATime = 4;

    /// <summary>How many notebooks of a folder share a kernel.</summary>
    private const int InAKernel = 3;

    private static readonly TimeSpan CellTimeout = TimeSpan.FromSeconds(100);

    private readonly Lazy<Task<IReadOnlyDictionary<string, NotebookRun>>> _runs = new(RunAllAsync);

    /// <summary>The names of all notebooks, those that take longest first, so that none of them is left alone at the end.</summary>
    internal static IEnumerable<string> LongestFirst => Repository.NotebookNames.Reverse();

    /// <summary>What came of a notebook. The first to ask starts all of them.</summary>
    /// <param name="name">Its path below the notebooks' folder.</param>
    internal async Task<NotebookRun> OfAsync(string name) => (await _runs.Value)[name];

    private static async Task<IReadOnlyDictionary<string, NotebookRun>> RunAllAsync()
    {
        var runs = new ConcurrentDictionary<string, NotebookRun>();
        // The last lesson of a folder first: in this order nobody has tried them who wrote them.
        var kernels = LongestFirst.GroupBy(name => Path.GetDirectoryName(name)!).SelectMany(folder => folder.Chunk(InAKernel));
        await Parallel.ForEachAsync(kernels, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (names, _) => await RunInOneKernelAsync(names, runs));
        return runs;
    }

    private static async Task RunInOneKernelAsync(string[] names, ConcurrentDictionary<string, NotebookRun> runs)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Notebooks, names[0]))!;
        var kernel = KernelProcess.Start(folder);
        try
        {
            foreach (var name in names)
            {
                var path = Path.Combine(Repository.Notebooks, name);
                if (kernel.HasEnded)
                {
                    // The notebook before took too long, or ended it: that is no fault of this one.
                    await kernel.DisposeAsync();
                    kernel = KernelProcess.Start(folder);
                }

                var first = await RunOnceAsync(path, kernel);
                runs[name] = new NotebookRun(first, first.Failure is null ? await RunOnceAsync(path, kernel) : first);
            }
        }
        finally
        {
            await kernel.DisposeAsync();
        }
    }

    private static async Task<OneRun> RunOnceAsync(string path, KernelProcess kernel)
    {
        var notebook = Notebook.Read(path);
        var result = await NotebookRunner.RunAsync(notebook, kernel, CellTimeout);
        var failure = result.Failure is { } failed ? $"code cell {failed.Cell}: {string.Join('\n', failed.Error.Traceback)}" : null;
        return new OneRun(notebook, failure, kernel.HasEnded ? [] : Leftovers.Of(kernel.Id));
    }
}

/// <summary>A notebook run twice in a row in one kernel.</summary>
internal sealed record NotebookRun(OneRun First, OneRun Second);

/// <summary>A notebook run once.</summary>
/// <param name="Notebook">The notebook with its outputs.</param>
/// <param name="Failure">Which cell failed and why; null if none did.</param>
/// <param name="Leftovers">What the kernel still held after the last cell, and should not.</param>
internal sealed record OneRun(Notebook Notebook, string? Failure, IReadOnlyList<string> Leftovers);
