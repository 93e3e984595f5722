using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// One notebook of each folder gives, through a real front end (nbclient), what it gives in the embedded runner.
/// </summary>
[Collection(JupyterTests.Title)]
public sealed class FrontEndNotebookTests(InstalledKernel kernel)
{
    [NeedsFact(Need.Jupyter)]
    public async Task A_notebook_of_each_folder_gives_in_a_front_end_what_it_gives_in_the_embedded_runner()
    {
        var names = Repository.NotebookNames.GroupBy(Path.GetDirectoryName).Select(folder => folder.First()).ToList();
        var through = await RunAsync(names);
        foreach (var name in names)
        {
            await SameOutputs.AssertAsync(name, [through[name]], async () => (await RunAsync([name]))[name]);
        }
    }

    private async Task<Dictionary<string, OneRun>> RunAsync(IReadOnlyList<string> names)
    {
        using var folder = new TemporaryFolder();
        var atATime = NotebookRuns.AtATime.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(kernel.Python(
            "run_notebooks.py", [InstalledKernel.Name, Repository.Notebooks, folder.Path, atATime, .. names]))!;
        var errors = process.StandardError.ReadToEndAsync();
        var failures = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(failures.Length == 0 && process.ExitCode == 0, failures + await errors);
        return names.ToDictionary(
            name => name,
            name => new OneRun(WithOutputsOf(name, Path.Combine(folder.Path, name)), null, []));
    }

    private static Notebook WithOutputsOf(string name, string executed)
    {
        var notebook = Notebook.Read(NotebookRuns.PathOf(name));
        var cells = JsonNode.Parse(File.ReadAllText(executed))!["cells"]!.AsArray()
            .Where(cell => (string?)cell!["cell_type"] == "code");
        foreach (var ((place, cell), run) in notebook.CodeCells.Index().Zip(cells))
        {
            cell.SetOutputs(place + 1, (JsonArray)run!["outputs"]!.DeepClone());
        }

        return notebook;
    }
}
