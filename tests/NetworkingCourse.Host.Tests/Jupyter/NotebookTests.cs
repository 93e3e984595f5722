using System.Diagnostics;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>Every notebook through nbclient gives what it gives in the embedded runner: the same outputs of the same kinds.</summary>
[Collection(JupyterTests.Title)]
public sealed class NotebookTests(InstalledKernel kernel, NotebookRuns runs)
{
    [JupyterFact]
    public async Task Every_notebook_gives_in_a_front_end_what_it_gives_in_the_embedded_runner()
    {
        using var folder = new TemporaryFolder();
        var names = NotebookRuns.LongestFirst.ToList();
        using var process = Process.Start(kernel.Python("run_notebooks.py", [InstalledKernel.Name, Repository.Notebooks, folder.Path, NotebookRuns.AtATime.ToString(System.Globalization.CultureInfo.InvariantCulture), .. names]))!;
        var errors = process.StandardError.ReadToEndAsync();
        var failures = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(failures.Length == 0 && process.ExitCode == 0, failures + await errors);

        var differences = new List<string>();
        var gate = new Lock();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = NotebookRuns.AtATime }, async (name, cancellation) =>
        {
            var embedded = (await runs.OfAsync(name)).First.Notebook;
            var jupyter = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, name)))!;
            var (expected, actual) = (Kinds(System.Text.Json.Nodes.JsonNode.Parse(Written(embedded))!), Kinds(jupyter));
            if (!expected.SequenceEqual(actual))
            {
                lock (gate)
                {
                    differences.Add($"{name}:\n{string.Join('\n', expected.Zip(actual).Where(cells => cells.First != cells.Second))}");
                }
            }
        });
        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    private static string Written(Notebook notebook)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "written.ipynb");
        notebook.Write(path);
        return File.ReadAllText(path);
    }

    /// <summary>Of each code cell: its outputs' types, the formats of each value. What is measured differs from run to run.</summary>
    private static List<string> Kinds(System.Text.Json.Nodes.JsonNode notebook) =>
        [.. notebook["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code").Select(cell => string.Join("; ", cell!["outputs"]!.AsArray().Select(Kind).Distinct()))];

    private static string Kind(System.Text.Json.Nodes.JsonNode? output) => (string)output!["output_type"]! switch
    {
        "stream" => $"stream {(string?)output["name"]}",
        "error" => $"error {(string?)output["ename"]}",
        var type => $"{type} {string.Join(", ", output["data"]!.AsObject().Select(format => format.Key).Order(StringComparer.Ordinal))}",
    };
}
