using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>Every notebook through nbclient gives what it gives in the embedded runner: the same outputs of the same kinds, which say the same.</summary>
[Collection(JupyterTests.Title)]
public sealed partial class NotebookTests(InstalledKernel kernel, NotebookRuns runs)
{
    [NeedsFact(Need.Jupyter)]
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
        var pairs = new List<CellPair>();
        foreach (var name in names)
        {
            var embedded = (await runs.OfAsync(name)).First.Notebook;
            var (expected, actual) = (CodeCells(Written(embedded)), CodeCells(File.ReadAllText(Path.Combine(folder.Path, name))));
            var kinds = expected.Select(Kinds).Zip(actual.Select(Kinds)).Where(cells => cells.First != cells.Second);
            differences.AddRange(kinds.Select(cells => $"{name}: {cells.First} | {cells.Second}"));
            pairs.AddRange(expected.Zip(actual).Select((cells, i) => new CellPair(FormattableString.Invariant($"{name}, code cell {i}"), Said(cells.First), Said(cells.Second))));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        SayTheSame([.. pairs.Where(pair => pair.First.Length > 0)]);
    }

    /// <summary>
    /// What is measured, and what chance and the system choose (ports, keys, times), differs from run to run of the same runner. The rest does
    /// not: half of all cells say the same to the letter, nearly all the same words in the same order, and none something altogether different.
    /// </summary>
    private static void SayTheSame(List<CellPair> pairs)
    {
        var others = pairs.Where(pair => !pair.First.SequenceEqual(pair.Second)).ToList();
        var unlikeInWords = others.Where(pair => !pair.FirstWords.SequenceEqual(pair.SecondWords)).ToList();
        var names = string.Join('\n', unlikeInWords.Select(pair => pair.Name));
        Assert.True(others.Count < 0.6 * pairs.Count, FormattableString.Invariant($"{others.Count} of {pairs.Count} cells differ."));
        Assert.True(unlikeInWords.Count < 0.1 * pairs.Count, FormattableString.Invariant($"{unlikeInWords.Count} of {pairs.Count} cells differ in words:\n{names}"));
        Assert.All(unlikeInWords, pair => Assert.True(3 * pair.FirstWords.Intersect(pair.SecondWords).Count() > pair.FirstWords.Union(pair.SecondWords).Count(), pair.ToString()));
    }

    private static string Written(Notebook notebook)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "written.ipynb");
        notebook.Write(path);
        return File.ReadAllText(path);
    }

    private static List<JsonNode> CodeCells(string notebook) =>
        [.. JsonNode.Parse(notebook)!["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code").Select(cell => cell!)];

    private static IEnumerable<JsonNode> Outputs(JsonNode cell) => cell["outputs"]!.AsArray().Select(output => output!);

    /// <summary>Of a code cell: its outputs' types, the formats of each value.</summary>
    private static string Kinds(JsonNode cell) => string.Join("; ", Outputs(cell).Select(Kind).Distinct());

    private static string Kind(JsonNode output) => (string)output["output_type"]! switch
    {
        "stream" => $"stream {(string?)output["name"]}",
        "error" => $"error {(string?)output["ename"]}",
        var type => $"{type} {string.Join(", ", output["data"]!.AsObject().Select(format => format.Key).Order(StringComparer.Ordinal))}",
    };

    /// <summary>All that the outputs of a cell say, in every format; of HTML what is read, and not how it is drawn.</summary>
    private static string Said(JsonNode cell) => string.Join('\n', Outputs(cell).SelectMany(output => (string)output["output_type"]! switch
    {
        "stream" => [Text(output["text"]!)],
        "error" => [(string)output["evalue"]!, Text(output["traceback"]!)],
        _ => output["data"]!.AsObject().OrderBy(format => format.Key, StringComparer.Ordinal).Select(format => Drawing().Replace(Text(format.Value!), " ")),
    })).Trim();

    // The file format has long texts as lists of lines too.
    private static string Text(JsonNode text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)text!;

    [GeneratedRegex("(?s)<(script|style)\\b.*?</\\1>|<[^>]*>")]
    private static partial Regex Drawing();

    [GeneratedRegex("\\p{L}{3,}")]
    private static partial Regex Word();

    private sealed record CellPair(string Name, string First, string Second)
    {
        public IReadOnlyList<string> FirstWords { get; } = WordsOf(First);

        public IReadOnlyList<string> SecondWords { get; } = WordsOf(Second);

        private static IReadOnlyList<string> WordsOf(string text) => [.. Word().Matches(text).Select(word => word.Value)];
    }
}
