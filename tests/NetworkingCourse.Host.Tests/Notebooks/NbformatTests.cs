using System.Diagnostics;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>Notebooks read by Jupyter's own reader and validator, the reference for what a valid notebook is.</summary>
public sealed class NbformatTests
{
    // A warning, such as the one about a cell without an id, counts as an error.
    private const string Validate = """
        import sys, warnings, nbformat
        wrong = 0
        warnings.simplefilter("error")
        for path in sys.argv[1:]:
            try:
                notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
                nbformat.validate(notebook, version=4, version_minor=5)
            except Exception as error:
                wrong += 1
                print(path, type(error).__name__, str(error)[:2000])
        sys.exit(1 if wrong else 0)
        """;

    // What the servers of JupyterLab and of the classic Notebook do with what their pages send them: from_dict, then write. The
    // pages add outputs, execution times, what is folded and scrolled, and the state of widgets.
    private const string Save = """
        import sys, json, nbformat
        for path in sys.argv[1:]:
            with open(path, encoding="utf-8") as file:
                sent = json.load(file)
            count = 0
            for cell in sent["cells"]:
                cell["source"] = "".join(cell["source"])
                if cell["cell_type"] == "code":
                    count += 1
                    cell["execution_count"] = count
                    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "ready \u2028 \U0001f600\n"}]
                    cell["metadata"] = {"trusted": True, "collapsed": False, "scrolled": True,
                        "execution": {"iopub.status.busy": "2026-11-27T09:00:00.000Z"}, "jupyter": {"outputs_hidden": False}}
            sent["metadata"] = {
                "kernelspec": {"name": "networking-course", "display_name": "C# (Networking Course)", "language": "C#"},
                "language_info": {"name": "C#", "version": "14.0", "file_extension": ".cs"},
                "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}},
                "toc": {"base_numbering": 1}}
            nbformat.write(nbformat.from_dict(sent), path, version=nbformat.NO_CONVERT)
        """;

    private const string Rewrite = """
        import sys, nbformat
        sys.stdout.buffer.write(nbformat.writes(nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT)).encode("utf-8"))
        """;

    [NeedsFact(Need.Nbformat)]
    public async Task Every_notebook_of_the_course_is_valid()
    {
        string[] notebooks = [.. Repository.NotebookNames.Select(name => Path.Combine(Repository.Notebooks, name))];
        var (exit, output) = await AskAsync(Validate, notebooks);
        Assert.True(exit == 0, output);
    }

    [NeedsFact(Need.Nbformat)]
    public async Task An_executed_notebook_with_every_kind_of_output_is_valid_and_written_as_Jupyter_would_write_it()
    {
        using var folder = new TemporaryFolder();
        var executed = await RunAsync(folder);
        var (exit, output) = await AskAsync(Validate, executed);
        Assert.True(exit == 0, output);
        (exit, output) = await AskAsync(Rewrite, executed);
        Assert.Equal(0, exit);
        // Jupyter puts keys in alphabetical order; this notebook's keys already are.
        Assert.Equal(output.TrimEnd('\n'), (await File.ReadAllTextAsync(executed)).TrimEnd('\n'));
    }

    [NeedsFact(Need.Nbformat)]
    public async Task What_Jupyter_saves_of_a_notebook_of_the_course_comes_back_to_the_byte()
    {
        using var folder = new TemporaryFolder();
        string[] names = [.. Repository.NotebookNames];
        string[] copies =
            [.. names.Select(name => folder.File(name, File.ReadAllText(Path.Combine(Repository.Notebooks, name))))];
        var (exit, output) = await AskAsync(Save, copies);
        Assert.True(exit == 0, output);
        foreach (var (name, copy) in names.Zip(copies))
        {
            var form = CommittedForm.Of(copy);
            Assert.Equal(4, form.Faults.Count);
            form.Write();
            Assert.Equal(
                await File.ReadAllTextAsync(Path.Combine(Repository.Notebooks, name)), await File.ReadAllTextAsync(copy));
        }
    }

    [NeedsFact(Need.Nbformat)]
    public async Task The_validator_is_one_that_finds_fault()
    {
        using var folder = new TemporaryFolder();
        var executed = await RunAsync(folder);
        var text = await File.ReadAllTextAsync(executed);
        var broken = folder.File(
            "broken.ipynb", text.Replace("\"name\": \"stdout\",", "", StringComparison.Ordinal));
        var (exit, output) = await AskAsync(Validate, executed, broken);
        Assert.Equal(1, exit);
        Assert.StartsWith(broken, output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(TemporaryFolder folder)
    {
        var notebook = folder.File("every-output.ipynb", """
            {
             "cells": [
              {
               "cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Every kind of output \ud83d\ude00"]
              },
              {
               "cell_type": "code", "execution_count": null, "id": "streams", "metadata": {}, "outputs": [],
               "source": [
                "Console.WriteLine(\"\u7f51\u6613 \ud83d\ude00 \\u001b[1m \\t \\\"quoted\\\"\");\n",
                "Console.Error.WriteLine(\"to the other stream\");"
               ]
              },
              {
               "cell_type": "code", "execution_count": null, "id": "values", "metadata": {}, "outputs": [],
               "source": ["display(1);\n", "HTML(\"<b>bold</b>\").Display();\n", "new[] { new { Name = \"a\", Port = 80 } }"]
              },
              {
               "cell_type": "code", "execution_count": null, "id": "thread", "metadata": {}, "outputs": [],
               "source": [
                "var thread = new System.Threading.Thread(() => throw new Exception(\"on a thread\"));\n",
                "thread.Start();\n",
                "thread.Join();"
               ]
              },
              {
               "cell_type": "code", "execution_count": null, "id": "error", "metadata": {"tags": ["raises-exception"]},
               "outputs": [],
               "source": ["throw new InvalidOperationException(\"wanted\");"]
              },
              {
               "cell_type": "code", "execution_count": null, "id": "empty", "metadata": {}, "outputs": [], "source": []
              }
             ],
             "metadata": {
              "kernelspec": {"display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp"},
              "language_info": {"name": "csharp"}
             },
             "nbformat": 4,
             "nbformat_minor": 5
            }
            """);
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "run", notebook, "--out", "results");
        Assert.True(exit == 0, output + errors);
        return Path.Combine(folder.Path, "results", "notebooks", "every-output.ipynb");
    }

    private static async Task<(int ExitCode, string Output)> AskAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(PythonPackages.Nbformat.Python, ["-c", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new System.Text.UTF8Encoding(false),
        };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using var python = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var errors = python.StandardError.ReadToEndAsync(limit.Token);
        var output = await python.StandardOutput.ReadToEndAsync(limit.Token);
        await python.WaitForExitAsync(limit.Token);
        return (python.ExitCode, output + await errors);
    }
}
