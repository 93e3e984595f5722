using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Tests.Jupyter;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>The whole output folder of the main command, made from the notebooks that other tests have run.</summary>
[Collection(JupyterTests.Title)]
public sealed class WholeFolderTests
{
    private const long Largest = 25_000_000;
    private static readonly NotebookResult Fine = new(0, TimeSpan.Zero, null, null);

    [Fact]
    public async Task The_whole_folder_is_small()
    {
        using var folder = new TemporaryFolder();
        var notebooks = Path.Combine(folder.Path, "notebooks");
        CopyAllButTheLibrary(Repository.Notebooks, notebooks);
        var artifacts = ArtifactFolder.Open(Path.Combine(folder.Path, "artifacts"));
        foreach (var name in Repository.NotebookNames)
        {
            // A copy: what is written is made smaller first, and the other tests look at all of it.
            var copy = Path.Combine(notebooks, name);
            (await NotebookRuns.OfAsync(name))[0].Notebook.Write(copy);
            artifacts.Write(name, Host.Notebooks.Notebook.ReadExecuted(copy), Fine);
        }

        artifacts.WriteSite();
        var sizes = new DirectoryInfo(Path.GetDirectoryName(artifacts.IndexPath)!)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetRelativePath(folder.Path, file.FullName).Split(Path.DirectorySeparatorChar)[1])
            .ToDictionary(part => part.Key, part => part.Sum(file => file.Length));
        Assert.True(sizes["notebooks"] > 1_000_000 && sizes["charts"] > 1_000_000);
        Assert.True(
            sizes.Values.Sum() <= Largest,
            string.Join(", ", sizes.Select(part => FormattableString.Invariant($"{part.Key}: {part.Value / 1e6:0.0} MB"))));
    }

    private static void CopyAllButTheLibrary(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var below = Path.GetRelativePath(from, file);
            if (below.Split(Path.DirectorySeparatorChar)[0] != "bin")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, below))!);
                File.Copy(file, Path.Combine(to, below));
            }
        }
    }
}
