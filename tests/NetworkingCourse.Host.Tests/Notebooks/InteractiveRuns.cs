using System.Collections.Concurrent;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Runs every notebook in the genuine .NET Interactive: several of a folder in one kernel, one after the other, first to last.
/// </summary>
internal static class InteractiveRuns
{
    private static readonly Lazy<Task> Runs = new(RunAllAsync);
    private static readonly ConcurrentDictionary<string, OneRun> Of = new();

    /// <summary>Returns the run of a notebook. The first call starts all runs.</summary>
    public static async Task<OneRun> OfAsync(string name)
    {
        await Runs.Value;
        return Of[name];
    }

    /// <summary>Runs a notebook once more, in a kernel of its own.</summary>
    public static async Task<OneRun> AgainAsync(string name)
    {
        await using var kernel = await InteractiveKernel.StartAsync(Path.GetDirectoryName(NotebookRuns.PathOf(name))!);
        return await RunOnceAsync(name, kernel);
    }

    private static Task RunAllAsync() => Parallel.ForEachAsync(
        Repository.NotebookNames.GroupBy(name => Path.GetDirectoryName(name)!)
            .SelectMany(folder => folder.Chunk(NotebookRuns.InAKernel))
            .Reverse(),
        new ParallelOptions { MaxDegreeOfParallelism = NotebookRuns.AtATime },
        async (names, _) =>
        {
            var folder = Path.GetDirectoryName(NotebookRuns.PathOf(names[0]))!;
            await using var kernel = await InteractiveKernel.StartAsync(folder);
            foreach (var name in names)
            {
                Of[name] = await RunOnceAsync(name, kernel);
            }
        });

    private static async Task<OneRun> RunOnceAsync(string name, InteractiveKernel kernel)
    {
        var notebook = Notebook.Read(NotebookRuns.PathOf(name));
        string? failure = null;
        foreach (var (place, cell) in notebook.CodeCells.Index())
        {
            var outputs = await kernel.ExecuteAsync(cell.Source);
            cell.SetOutputs(place + 1, outputs);
            var error = outputs.FirstOrDefault(output => (string?)output!["output_type"] == "error");
            if (error is not null != cell.MustFail)
            {
                failure ??= $"code cell {place + 1}: {(string?)error?["evalue"] ?? "it should have failed"}";
            }
        }

        return new OneRun(notebook, failure, Leftovers.Of(kernel.Id));
    }
}
