using System.Collections.Concurrent;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Runs every notebook on behalf of all tests that look at the results: in the embedded kernel, as a learner would, after other
/// notebooks in the same kernel, and some of them once more in that kernel. Notebooks mostly wait, so a few kernels work at a
/// time; a run that the others disturbed can be repeated alone.
/// </summary>
internal static class NotebookRuns
{
    /// <summary>How many notebooks run at a time, here and in front ends.</summary>
    public const int AtATime = 4;

    /// <summary>How many notebooks of a folder share a kernel.</summary>
    public const int InAKernel = 5;

    private static readonly TimeSpan CellTimeout = TimeSpan.FromSeconds(100);

    // A cell that takes so long hangs; its report says what the threads of its kernel did.
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(90);

    /// <summary>
    /// The notebooks that run twice in one kernel, because a first run could leave something in the second one's way: servers on
    /// fixed ports, certificates, files, processes, static state.
    /// </summary>
    private static readonly HashSet<string> Twice =
    [
        "0-start-here.ipynb",
        "1-application/4-pages-and-encodings.ipynb",
        "1-application/5-through-a-proxy.ipynb",
        "1-application/6-the-tunnel-and-tls.ipynb",
        "2-transport/1-ports-and-udp.ipynb",
        "2-transport/6-tcp-packet-by-packet.ipynb",
        "3-network/4-resolving-names.ipynb",
        "3-network/8-a-small-internet.ipynb",
        "4-server-architecture/1-one-conversation.ipynb",
        "4-server-architecture/5-processes.ipynb",
    ];

    private static readonly Lazy<Task> Runs = new(RunAllAsync);
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<OneRun>> Of = new();
    private static readonly SemaphoreSlim Alone = new(1);

    /// <summary>Returns the runs of a notebook so far. The first call runs all notebooks.</summary>
    /// <param name="name">The notebook's path below the notebooks' folder.</param>
    public static async Task<IReadOnlyList<OneRun>> OfAsync(string name)
    {
        await Runs.Value;
        return [.. Of[name]];
    }

    /// <summary>Runs a notebook once more, in a kernel of its own, when no other notebook runs.</summary>
    /// <returns>All its runs so far.</returns>
    public static async Task<IReadOnlyList<OneRun>> AgainAsync(string name)
    {
        await Runs.Value;
        await Alone.WaitAsync();
        try
        {
            var path = PathOf(name);
            await using var kernel = KernelProcess.Start(Path.GetDirectoryName(path)!);
            Of[name].Enqueue(await RunOnceAsync(path, kernel));
            return [.. Of[name]];
        }
        finally
        {
            Alone.Release();
        }
    }

    public static string PathOf(string name) => Path.Combine(Repository.Notebooks, name);

    // The last lesson of a folder first: nobody has tried this order, and it exposes a lesson that needs an earlier one.
    private static Task RunAllAsync()
    {
        Assert.Subset(Repository.NotebookNames.ToHashSet(), Twice);
        return Parallel.ForEachAsync(
            Repository.NotebookNames.Reverse()
                .GroupBy(name => Path.GetDirectoryName(name)!)
                .SelectMany(folder => folder.Chunk(InAKernel)),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (names, _) => await RunInOneKernelAsync(names));
    }

    private static async Task RunInOneKernelAsync(string[] names)
    {
        var folder = Path.GetDirectoryName(PathOf(names[0]))!;
        var kernel = KernelProcess.Start(folder);
        try
        {
            foreach (var name in names)
            {
                if (kernel.HasEnded)
                {
                    // The previous notebook took too long, or ended the kernel: that is not the fault of this one.
                    await kernel.DisposeAsync();
                    kernel = KernelProcess.Start(folder);
                }

                var first = await RunOnceAsync(PathOf(name), kernel);
                if (kernel.HasEnded)
                {
                    // Once in thousands of cells, a process on a busy machine hangs for no reason that we could find; glibc may
                    // lose a wake-up (its bug 25847). A lesson that hangs by itself hangs again.
                    Console.WriteLine($"{name} hung: {first.Failure}");
                    await kernel.DisposeAsync();
                    kernel = KernelProcess.Start(folder);
                    first = await RunOnceAsync(PathOf(name), kernel);
                }

                Of[name] = new ConcurrentQueue<OneRun>([first]);
                if (first.Failure is null && Twice.Contains(name))
                {
                    Of[name].Enqueue(await RunOnceAsync(PathOf(name), kernel));
                }
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
        var threads = "";
        await using var watch = new Timer(_ => threads = ProcessThreads.Of(kernel.Id));
        var result = await NotebookRunner.RunAsync(
            notebook, kernel, CellTimeout, _ => watch.Change(LookAfter, Timeout.InfiniteTimeSpan));
        var failure = result.Failure is { } failed
            ? $"code cell {failed.Cell}: {string.Join('\n', failed.Error.Traceback)}\n{threads}"
            : null;
        return new OneRun(notebook, failure, kernel.HasEnded ? [] : Leftovers.Of(kernel.Id));
    }
}

/// <summary>A notebook run once.</summary>
/// <param name="Notebook">The notebook with its outputs.</param>
/// <param name="Failure">Which cell failed and why; null if none did.</param>
/// <param name="Leftovers">What the kernel still held after the last cell, but should not have held.</param>
internal sealed record OneRun(Notebook Notebook, string? Failure, IReadOnlyList<string> Leftovers);
