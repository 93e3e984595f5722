using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed class RunCommandTests
{
    [Fact]
    public async Task A_run_writes_the_executed_notebook_the_figures_and_an_index()
    {
        using var folder = new TemporaryFolder();
        var notebook = FigureNotebook(folder);
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "run", notebook, "--out", "results");
        Assert.True(exit == 0, output + errors);
        var results = Path.Combine(folder.Path, "results");
        Assert.Contains("index.html", output);
        var charts = Directory.GetFiles(Path.Combine(results, "charts")).Select(Path.GetExtension).Order();
        Assert.Equal([".csv", ".html", ".json", ".svg"], charts);
        var json = JsonNode.Parse(File.ReadAllText(Directory.GetFiles(Path.Combine(results, "charts"), "*.json").Single()))!;
        Assert.All(["machine", "cores", "runtime", "date"], key => Assert.NotNull(json["made"]![key]));
        foreach (var page in new[] { "index.html", Path.Combine("book", "figure.html") })
        {
            var html = File.ReadAllText(Path.Combine(results, page));
            Assert.Contains("course-figure", html);
            Assert.Contains("assets/plotly.js", html);
        }

        Assert.Contains("DecompressionStream", File.ReadAllText(Path.Combine(results, "assets", "plotly.js")));
        var executed = JsonNode.Parse(File.ReadAllText(Path.Combine(results, "notebooks", "figure.ipynb")))!;
        Assert.Equal(5, (int)executed["nbformat_minor"]!);
        Assert.Equal("kept", (string?)executed["metadata"]!["mine"]);
        var cell = executed["cells"]![0]!;
        Assert.Equal(1, (int)cell["execution_count"]!);
        Assert.NotNull((string?)cell["id"]);
        Assert.Equal("execute_result", (string?)cell["outputs"]![0]!["output_type"]);
    }

    /// <summary>On a terminal, which script(1) makes: everything else runs the command with its output in a pipe.</summary>
    [NeedsFact(Need.Linux)]
    public async Task On_a_terminal_a_bar_shows_the_progress_and_goes_when_the_notebook_has_ended()
    {
        using var folder = new TemporaryFolder();
        folder.Notebook("a.ipynb", ("System.Threading.Thread.Sleep(1000); // " + new string('a', 200), []));
        folder.Notebook("b.ipynb", ("throw new Exception(\"[red]\");", []));
        var (exit, output, errors) = await CourseProgram.RunOnTerminalAsync(folder.Path, "run", ".", "--out", "results");
        Assert.True(exit == 1, output + errors);
        var text = Regex.Replace(output, @"\u001b\[[0-9;?]*[a-zA-Z]", "");
        Assert.Matches(@"[━-]  +0% \[1/2\] .*a\.ipynb .*cell 1/1  System\..*…", text);
        Assert.Contains("[1/2] a.ipynb: ok, 1 cell, 0 figures", text);
        Assert.Contains("[2/2] b.ipynb: FAILED at code cell 1", text);
        Assert.Contains("1 of 2 notebooks succeeded", text);
        var hidden = output.LastIndexOf("\u001b[?25l", StringComparison.Ordinal);
        var shown = output.LastIndexOf("\u001b[?25h", StringComparison.Ordinal);
        Assert.True(hidden < shown, "The cursor stays hidden.");
    }

    [Fact]
    public async Task A_second_run_replaces_its_own_figures_and_keeps_those_of_others()
    {
        using var folder = new TemporaryFolder();
        var notebook = FigureNotebook(folder);
        var other = folder.Notebook("other.ipynb", ("1", []));
        await CourseProgram.RunAsync(folder.Path, "run", notebook, "--out", "results");
        await CourseProgram.RunAsync(folder.Path, "run", other, "--out", "results");
        var index = File.ReadAllText(Path.Combine(folder.Path, "results", "index.html"));
        Assert.Contains("id=\"figure\"", index);
        Assert.Contains("id=\"other\"", index);
        folder.Notebook("figure.ipynb", ("1", []));
        await CourseProgram.RunAsync(folder.Path, "run", notebook, "--out", "results");
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "results", "charts")));
    }

    [Fact]
    public async Task What_a_notebook_shows_and_links_to_comes_with_it()
    {
        using var folder = new TemporaryFolder();
        folder.File("notebooks/images/a picture.svg", "<svg/>");
        folder.File("notebooks/images/of the page.png", "png");
        folder.File(
            "notebooks/1/README.md",
            "![x](../images/of%20the%20page.png) [the lesson](1-lesson.ipynb) [back](../2/README.md#top)");
        folder.File("notebooks/2/README.md", "[first](../1/README.md) [outside](../../README.md) [nothing](missing.md)");
        folder.File("README.md", "outside");
        folder.File("notebooks/1/data.txt", "not linked");
        var lesson = folder.File("notebooks/1/1-lesson.ipynb", """
            {
             "cells": [
              {
               "cell_type": "markdown", "id": "a", "metadata": {},
               "source": [
                "![a](../images/a%20picture.svg)\n",
                "[chapter](README.md) [far](https://example.test/a.md) [none](%00.md)"
               ]
              },
              {
               "cell_type": "code", "id": "b", "metadata": {}, "execution_count": null, "outputs": [],
               "source": ["// [no](data.txt)\n", "1"]
              }
             ],
             "metadata": { "kernelspec": { "language": "C#" } }, "nbformat": 4, "nbformat_minor": 5
            }
            """);
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "run", lesson, "--out", "artifacts");
        Assert.True(exit == 0, output + errors);
        var notebooks = Path.Combine(folder.Path, "artifacts", "notebooks");
        Assert.Equal(
            ["1/1-lesson.ipynb", "1/README.md", "2/README.md", "images/a picture.svg", "images/of the page.png"],
            Directory.EnumerateFiles(notebooks, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(notebooks, file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal));
        Assert.Equal("<svg/>", File.ReadAllText(Path.Combine(notebooks, "images", "a picture.svg")));
    }

    [Fact]
    public async Task A_failing_cell_is_named_the_other_notebooks_run_and_the_exit_code_is_1()
    {
        using var folder = new TemporaryFolder();
        folder.Notebook(
            "a.ipynb",
            ("Console.WriteLine(\"before\");", []),
            ("throw new InvalidOperationException(\"my error\");", []),
            ("1", []));
        folder.Notebook("b.ipynb", ("1 + 1", []));
        var (exit, output, _) = await CourseProgram.RunAsync(folder.Path, "run", ".", "--out", "results");
        Assert.Equal(1, exit);
        Assert.Contains("a.ipynb, code cell 2: InvalidOperationException", output);
        Assert.Contains("my error", output);
        Assert.Contains("[2/2] b.ipynb: ok", output);
        var executed = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "results", "notebooks", "a.ipynb")))!;
        var cells = executed["cells"]!.AsArray();
        Assert.Equal("before\n", (string?)cells[0]!["outputs"]![0]!["text"]![0]);
        Assert.Equal("error", (string?)cells[1]!["outputs"]![0]!["output_type"]);
        Assert.Null(cells[2]!["execution_count"]);
    }

    [Fact]
    public async Task A_cell_that_ends_its_process_is_a_failure_of_that_cell()
    {
        using var folder = new TemporaryFolder();
        var notebook = folder.Notebook("a.ipynb", ("1", []), ("Environment.FailFast(\"gone\");", []));
        var (exit, output, _) = await CourseProgram.RunAsync(folder.Path, "run", notebook, "--out", "results");
        Assert.Equal(1, exit);
        Assert.Contains("a.ipynb, code cell 2: KernelEnded", output);
    }

    [Theory]
    [InlineData("throw new Exception(\"wanted\");", 0)]
    [InlineData("1", 1)]
    public async Task A_cell_tagged_raises_exception_must_fail(string code, int expected)
    {
        using var folder = new TemporaryFolder();
        var notebook = folder.Notebook("a.ipynb", (code, ["raises-exception"]), ("2", []));
        var (exit, output, _) = await CourseProgram.RunAsync(folder.Path, "run", notebook, "--out", "results");
        Assert.True(expected == exit, output);
    }

    [Fact]
    public async Task What_code_writes_past_the_console_does_not_disturb_the_run()
    {
        using var folder = new TemporaryFolder();
        const string raw =
            "{ using var s = Console.OpenStandardOutput(); "
            + "s.Write(System.Text.Encoding.UTF8.GetBytes(\"raw without an end of line\")); }\n"
            + "\"fine\"";
        var notebook = folder.Notebook("a.ipynb", (raw, []), ("1", []));
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "run", notebook, "--out", "results");
        Assert.True(exit == 0, output + errors);
        Assert.Contains(
            "raw without an end of line",
            File.ReadAllText(Path.Combine(folder.Path, "results", "notebooks", "a.ipynb")));
    }

    [Fact]
    public async Task A_run_of_a_folder_that_holds_the_results_of_an_earlier_one_does_not_run_those()
    {
        using var folder = new TemporaryFolder();
        folder.Notebook("a.ipynb", ("1", []));
        folder.Notebook("deep/a.ipynb", ("2", []));
        await CourseProgram.RunAsync(folder.Path, "run", ".", "--out", "results");
        var (exit, output, _) = await CourseProgram.RunAsync(folder.Path, "run", ".", "--out", "results");
        Assert.Equal(0, exit);
        Assert.Contains("[2/2] deep/a.ipynb: ok", output);
        Assert.True(File.Exists(Path.Combine(folder.Path, "results", "notebooks", "deep", "a.ipynb")));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_any_more_is_said_in_one_line_and_nothing_written_is_lost()
    {
        using var folder = new TemporaryFolder();
        folder.Notebook("a.ipynb", ("1", []));
        folder.Notebook("b.ipynb", ("2", []));
        Directory.CreateDirectory(Path.Combine(folder.Path, "results", "notebooks", "b.ipynb"));
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "run", ".", "--out", "results");
        Assert.Equal(2, exit);
        Assert.Contains("[1/2] a.ipynb: ok", output);
        Assert.Contains("The folder results cannot be written to", errors);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
        Assert.True(File.Exists(Path.Combine(folder.Path, "results", "notebooks", "a.ipynb")));
    }

    [NeedsFact(Need.Signals)]
    public async Task Ctrl_C_loses_nothing_that_was_done()
    {
        using var folder = new TemporaryFolder();
        folder.Notebook("a.ipynb", ("Console.WriteLine(\"done\");", []));
        folder.Notebook("b.ipynb", ("Console.WriteLine(\"half\");", []), ("await Task.Delay(-1);", []));
        using var program = CourseProgram.Start(folder.Path, "run", ".", "--out", "results");
        await program.WaitForAsync("cell 2/2");
        program.Signal(Signals.Signal.Interrupt);
        Assert.Equal(130, await program.ExitCodeAsync());
        Assert.Contains("done", File.ReadAllText(Path.Combine(folder.Path, "results", "notebooks", "a.ipynb")));
        Assert.Contains("half", File.ReadAllText(Path.Combine(folder.Path, "results", "notebooks", "b.ipynb")));
        Assert.Contains("interrupted", File.ReadAllText(Path.Combine(folder.Path, "results", "index.html")));
    }

    /// <summary>
    /// The timeout is long because it also applies to the second notebook, for which a slow machine has to start a kernel.
    /// </summary>
    [Fact]
    public async Task A_cell_that_overruns_fails_the_next_notebook_runs_and_no_temporary_file_is_left()
    {
        using var folder = new TemporaryFolder();
        var temporary = Directory.CreateDirectory(Path.Combine(folder.Path, "temporary")).FullName;
        folder.Notebook("a.ipynb", ("while (true) { System.Threading.Thread.Sleep(100); }", []));
        folder.Notebook("b.ipynb", ("1 + 1", []));
        var (exit, output, errors) = await CourseProgram.RunAsync(
            folder.Path, [("TMPDIR", temporary)], "run", ".", "--out", "results", "--timeout", "20");
        Assert.True(exit == 1, output + errors);
        Assert.Contains("a.ipynb, code cell 1: TimeoutError", output);
        Assert.Contains("--timeout SECONDS", output);
        Assert.True(output.Contains("[2/2] b.ipynb: ok", StringComparison.Ordinal), output + errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary));
    }

    private static string FigureNotebook(TemporaryFolder folder) => folder.Notebook(
        "figure.ipynb",
        (
            $"#r \"{Path.Combine(Repository.Notebooks, "bin", "NetworkingCourse.dll").Replace('\\', '/')}\"\n"
            + "using NetworkingCourse;\n"
            + "using NetworkingCourse.ServerArchitecture;\n"
            + "Course.Begin()",
            []
        ),
        (
            "var run = await Load.ClosedLoopAsync(Architecture.Async.Start(TimeSpan.FromSeconds(0.01)), clients: 2);\n"
            + "run.Chart()",
            []
        ),
        ("await RunningServers.StopAllAsync()", []));
}
