using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests;

/// <summary>What an earlier run has left in an output folder is never taken for what the present one brought.</summary>
public sealed class LeftoverTests : IDisposable
{
    private const string Empty = """
        {"cells":[],"metadata":{"kernelspec":{"name":".net-csharp","language":"C#","display_name":".NET (C#)"}},"nbformat":4,"nbformat_minor":5}
        """;

    private static readonly NotebookResult Fine = new(0, TimeSpan.Zero, null, null);

    private readonly string _folder = Directory.CreateTempSubdirectory("course-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_notebook_that_is_begun_again_is_gone_until_it_is_written_and_files_of_others_stay()
    {
        var strange = Path.Combine(_folder, "notebooks", "mine.txt");
        var artifacts = Opened("a.ipynb", "b.ipynb");
        File.WriteAllText(strange, "not the course's");
        artifacts.Forget("a.ipynb");
        Assert.False(File.Exists(Path.Combine(_folder, "notebooks", "a.ipynb")));
        Assert.True(File.Exists(Path.Combine(_folder, "notebooks", "b.ipynb")));
        Assert.True(File.Exists(strange));
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

    private Notebook Read()
    {
        var path = Path.Combine(_folder, "source.ipynb");
        File.WriteAllText(path, Empty);
        return Notebook.Read(path);
    }
}
