using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>The whole output folder of the main command, made from the notebooks that other tests have run.</summary>
public sealed class WholeFolder : IDisposable
{
    private static readonly NotebookResult Fine = new(0, TimeSpan.Zero, null, null);

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<string>> _top;

    public WholeFolder() => _top = new Lazy<Task<string>>(WriteAsync);

    /// <summary>Returns the path of the folder. The first call writes it.</summary>
    public Task<string> PathAsync() => _top.Value;

    public void Dispose() => _folder.Dispose();

    private async Task<string> WriteAsync()
    {
        var notebooks = Path.Combine(_folder.Path, "notebooks");
        CopyAllButTheLibrary(Repository.Notebooks, notebooks);
        var artifacts = ArtifactFolder.Open(Path.Combine(_folder.Path, "artifacts"));
        foreach (var name in Repository.NotebookNames)
        {
            // A copy: what is written is made smaller first, and the other tests look at all of it.
            var copy = Path.Combine(notebooks, name);
            (await NotebookRuns.OfAsync(name))[0].Notebook.Write(copy);
            artifacts.Write(name, Host.Notebooks.Notebook.ReadExecuted(copy), Fine);
        }

        artifacts.WriteSite();
        return Path.GetDirectoryName(artifacts.IndexPath)!;
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
