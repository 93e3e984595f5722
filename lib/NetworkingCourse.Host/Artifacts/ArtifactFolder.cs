using NetworkingCourse.Figures;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>
/// The folder that a run writes: executed notebooks, figures, and an index. Everything is written as soon as it is there, so that
/// a run that fails or is interrupted loses nothing.
/// </summary>
internal sealed class ArtifactFolder
{
    private static readonly string[] FigureEndings = [".html", ".json", ".csv"];

    private readonly string _folder;
    private readonly Manifest _manifest;

    private ArtifactFolder(string folder)
    {
        _folder = folder;
        _manifest = Manifest.Read(ManifestPath);
    }

    /// <summary>The page that shows everything.</summary>
    public string IndexPath => Path.Combine(_folder, "index.html");

    private string ManifestPath => Path.Combine(_folder, "run.json");

    /// <summary>Opens the folder, and makes it if need be.</summary>
    /// <exception cref="NotebookException">It cannot be written to.</exception>
    public static ArtifactFolder Open(string path)
    {
        var folder = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".writable-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new ArtifactFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The folder {path} cannot be written to ({exception.Message.TrimEnd('.')}). Name another with --out DIR.");
        }
    }

    /// <summary>Deletes what earlier runs left of notebooks that are there no more.</summary>
    /// <param name="names">The notebooks that there are.</param>
    public void KeepOnly(IEnumerable<string> names)
    {
        foreach (var gone in _manifest.Notebooks.Keys.Except(names, StringComparer.OrdinalIgnoreCase).ToList())
        {
            Forget(gone);
        }
    }

    /// <summary>Deletes what an earlier run left of a notebook, so that it cannot be taken for what the present one brought. Files of others stay.</summary>
    /// <param name="name">The notebook's path below the notebooks.</param>
    public void Forget(string name)
    {
        if (_manifest.Notebooks.Remove(name, out var earlier))
        {
            File.Delete(Path.Combine(_folder, "notebooks", name));
            DeleteFigures(earlier.Figures);
            _manifest.Write(ManifestPath);
        }
    }

    /// <summary>Writes what came of a notebook, in place of what an earlier run left of it.</summary>
    /// <param name="name">The notebook's path below the notebooks.</param>
    /// <param name="notebook">The notebook, with its outputs.</param>
    /// <param name="result">How it ended; null: it was interrupted.</param>
    /// <returns>How many figures it has.</returns>
    public int Write(string name, Notebook notebook, NotebookResult? result)
    {
        Forget(name);
        notebook.Write(Path.Combine(_folder, "notebooks", name));
        var stem = "charts/" + Path.ChangeExtension(name, null);
        var figures = FigureExtraction.Of(notebook).Select((figure, i) => (Figure: figure, Path: FormattableString.Invariant($"{stem}-{i + 1:00}-{figure.Id}"))).ToList();
        foreach (var (figure, path) in figures)
        {
            WriteFigure(figure, Path.Combine(_folder, path));
        }

        var outcome = result is null ? "interrupted" : result.Failure is { } failure ? $"failed at code cell {failure.Cell}: {failure.Error.Name}: {failure.Error.Message}" : "ok";
        _manifest.Notebooks[name] = new NotebookRecord(notebook.Title, outcome, result is { Failure: null }, result?.Elapsed.TotalSeconds ?? 0, [.. figures.Select(figure => figure.Path)]);
        _manifest.Write(ManifestPath);
        File.WriteAllText(IndexPath, IndexPage.Of(_manifest, path => Figure.FromJson(File.ReadAllText(Path.Combine(_folder, path + ".json")))));
        return figures.Count;
    }

    private static void WriteFigure(Figure figure, string stem)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(stem)!);
        File.WriteAllText(stem + ".html", figure.ToPage());
        File.WriteAllText(stem + ".json", figure.ToJson());
        File.WriteAllText(stem + ".csv", figure.ToCsv());
    }

    private void DeleteFigures(IEnumerable<string> figures)
    {
        foreach (var file in figures.SelectMany(figure => FigureEndings.Select(ending => Path.Combine(_folder, figure + ending))))
        {
            File.Delete(file);
        }
    }
}
