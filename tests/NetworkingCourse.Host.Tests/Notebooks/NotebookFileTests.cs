using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>Checks every committed notebook without running it.</summary>
public sealed partial class NotebookFileTests
{
    /// <summary>The columns that an editor shows of a cell, between its margins, without wrapping or scrolling.</summary>
    private const int MaxLineLength = 112;

    private const int MaxLines = 13;

    public static TheoryData<string> Names => [.. Repository.AllNotebookNames];

    public static TheoryData<string> Lessons => Repository.NotebookTheory;

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_as_a_notebook_is_committed_and_names_no_machines_path(string name)
    {
        var form = CommittedForm.Of(Path.Combine(Repository.Notebooks, name));
        Assert.Empty(form.Faults);
        Assert.Empty(form.MachinePaths);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_first_code_cell_loads_the_library_by_a_relative_path_and_makes_the_notebook_ready(string name)
    {
        var up = string.Concat(Enumerable.Repeat("../", name.Count(letter => letter == '/')));
        var first = Notebook.Read(Path.Combine(Repository.Notebooks, name)).CodeCells.First().Source;
        Assert.StartsWith($"#r \"{up}bin/NetworkingCourse.dll\"\nusing ", first);
        Assert.EndsWith("Course.Begin()", first);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_cells_are_short_and_its_links_lead_somewhere(string name)
    {
        var notebook = Notebook.Read(Path.Combine(Repository.Notebooks, name));
        Assert.All(
            notebook.CodeCells.SelectMany(cell => cell.Source.Split('\n')),
            line => Assert.True(line.Length <= MaxLineLength, $"Too long for a cell ({line.Length}): {line}"));
        Assert.All(notebook.CodeCells, cell => Assert.InRange(cell.Source.Split('\n').Length, 1, MaxLines));
        var links = notebook.Cells.Where(cell => !cell.IsCode)
            .SelectMany(cell => Link().Matches(cell.Source))
            .Select(match => match.Groups["target"].Value);
        foreach (var link in links)
        {
            if (!link.Contains("://", StringComparison.Ordinal))
            {
                Assert.True(File.Exists(Path.Combine(notebook.Folder, link)), $"{name} links to {link}, which does not exist.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void What_it_asks_to_predict_is_recorded_in_the_next_cell(string name)
    {
        var cells = Notebook.Read(Path.Combine(Repository.Notebooks, name)).Cells;
        Assert.All(
            cells.Zip(cells.Skip(1)).Where(pair => pair.First.Source.Contains("**Predict first.**", StringComparison.Ordinal)),
            pair => Assert.True(
                pair.Second.IsCode && pair.Second.Source.Contains("Predict.", StringComparison.Ordinal),
                $"{pair.First.Id} asks for a prediction, and {pair.Second.Id} does not record it."));
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void What_is_predicted_is_compared_with_what_happened(string name)
    {
        var code = string.Join(
            '\n', Notebook.Read(Path.Combine(Repository.Notebooks, name)).CodeCells.Select(cell => cell.Source));
        Assert.All(Recorded().Matches(code).Select(match => match.Groups["name"].Value), prediction => Assert.Matches(
            $@"\b{prediction}\.Compare\(|\b(With|Chart|Draw|Beside)\([^;]*\b{prediction}\b", code));
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public void It_ends_by_stopping_its_servers(string name)
    {
        var notebook = Notebook.Read(Path.Combine(Repository.Notebooks, name));
        Assert.Contains("RunningServers.StopAllAsync", notebook.CodeCells.Last().Source);
        // All users share the temporary folder: a file with a fixed name there belongs to whoever ran the lesson first.
        Assert.DoesNotContain("GetTempPath", string.Join('\n', notebook.CodeCells.Select(cell => cell.Source)));
    }

    [GeneratedRegex(@"var (?<name>\w+) = Predict\.")]
    private static partial Regex Recorded();

    [GeneratedRegex(@"\]\((?<target>[^)#]+)")]
    private static partial Regex Link();
}
