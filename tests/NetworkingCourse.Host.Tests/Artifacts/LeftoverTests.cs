using System.Text.RegularExpressions;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Artifacts;

/// <summary>
/// What an earlier run has left in an output folder is never mistaken for the present run's, and never lost before something
/// takes its place.
/// </summary>
public sealed class LeftoverTests : IDisposable
{
    private const string Empty = """
        {"cells":[{"cell_type":"code","id":"one","metadata":{},"source":"1"}],
        "metadata":{"kernelspec":{"name":".net-csharp","language":"C#","display_name":".NET (C#)"}},
        "nbformat":4,"nbformat_minor":5}
        """;

    private static readonly NotebookResult Fine = new(0, TimeSpan.Zero, null, null);

    private readonly string _folder = Directory.CreateTempSubdirectory("course-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_this_run_has_not_written_is_shown_with_its_date_and_marked_as_another_runs()
    {
        Opened("a.ipynb", "b.ipynb");
        var again = ArtifactFolder.Open(_folder);
        again.WriteIndex();
        Assert.Equal((true, true), (IsMarked(again, "a"), IsMarked(again, "b")));
        again.Write("a.ipynb", Read(), Fine);
        Assert.Equal((false, true), (IsMarked(again, "a"), IsMarked(again, "b")));
        Assert.Matches(
            @"From an earlier run, not from the last one\. Made: [^<]*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
            File.ReadAllText(again.IndexPath));
    }

    [Fact]
    public void A_figure_whose_data_somebody_has_deleted_is_named_and_the_rest_is_shown()
    {
        var series = new Series("s", Role.Measured, Mark.Points, 0, [new Point(1, 2)]);
        var figure = new Figure
        {
            Id = "mine",
            Title = "Mine",
            Caption = "",
            Panels = [new Panel("", new Axis("x", "s"), new Axis("y", "s"), [series])],
        };
        var notebook = Read();
        var cell = new CellOutputs();
        cell.Add(new KernelEvent.Result(1, new MimeBundle([new(MimeBundle.Html, figure.ToHtml())])));
        notebook.CodeCells.Single().SetOutputs(1, cell.ToJson(1));
        var artifacts = ArtifactFolder.Open(_folder);
        Assert.Equal(1, artifacts.Write("a.ipynb", notebook, Fine));
        File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(_folder, "charts"), "*.json")));
        artifacts.Write("b.ipynb", Read(), Fine);
        var index = File.ReadAllText(artifacts.IndexPath);
        Assert.Contains("charts/a-01-mine.json", index, StringComparison.Ordinal);
        Assert.Contains("id=\"b\"", index, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_earlier_run_left_stays_whole_until_something_takes_its_place_and_so_do_the_files_of_others()
    {
        var strange = Path.Combine(_folder, "notebooks", "mine.txt");
        Opened("a.ipynb");
        File.WriteAllText(strange, "not the course's");
        var executed = Path.Combine(_folder, "notebooks", "a.ipynb");
        var before = File.ReadAllBytes(executed);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(executed, file =>
        {
            file.WriteByte(1);
            throw new InvalidOperationException("the middle of the file");
        }));
        Assert.Equal(before, File.ReadAllBytes(executed));
        Assert.Equal(
            ["a.ipynb", "mine.txt"],
            Directory.GetFiles(Path.Combine(_folder, "notebooks")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_run_of_everything_drops_notebooks_that_are_there_no_more_also_from_the_index()
    {
        Opened("old-name.ipynb", "kept.ipynb");
        var again = ArtifactFolder.Open(_folder);
        again.KeepOnly(["kept.ipynb"]);
        again.Write("kept.ipynb", Read(), Fine);
        Assert.False(File.Exists(Path.Combine(_folder, "notebooks", "old-name.ipynb")));
        Assert.DoesNotContain("old-name", File.ReadAllText(again.IndexPath), StringComparison.Ordinal);
        Assert.Contains("kept", File.ReadAllText(again.IndexPath), StringComparison.Ordinal);
    }

    private ArtifactFolder Opened(params string[] names)
    {
        var artifacts = ArtifactFolder.Open(_folder);
        foreach (var name in names)
        {
            artifacts.Write(name, Read(), Fine);
        }

        return artifacts;
    }

    private static bool IsMarked(ArtifactFolder artifacts, string notebook) =>
        Regex.Match(File.ReadAllText(artifacts.IndexPath), $"<article id=\"{notebook}\"(?<class>[^>]*)>")
            .Groups["class"].Value.Contains("earlier", StringComparison.Ordinal);

    private Notebook Read()
    {
        var path = Path.Combine(_folder, "source.ipynb");
        File.WriteAllText(path, Empty);
        return Notebook.Read(path);
    }
}
