using System.Text.Json;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>
/// The folder that a run writes: executed notebooks, figures, and an index. Everything is written as soon as it is there, and what an
/// earlier run left stays until there is something to take its place: a run that fails or is interrupted loses nothing.
/// </summary>
internal sealed class ArtifactFolder
{
    private const string ManifestName = "run.json";
    private const string Notebooks = "notebooks";
    private static readonly string[] FigureEndings = [".html", ".json", ".csv"];

    private readonly string _folder;
    private readonly Manifest _manifest;

    /// <summary>The notebooks that this run has written; what else there is comes from earlier ones.</summary>
    private readonly HashSet<string> _written = new(StringComparer.OrdinalIgnoreCase);

    private ArtifactFolder(string folder)
    {
        _folder = folder;
        _manifest = Manifest.Read(ManifestPath);
    }

    /// <summary>The page that shows everything.</summary>
    public string IndexPath => Path.Combine(_folder, "index.html");

    private string ManifestPath => Path.Combine(_folder, ManifestName);

    /// <summary>Whether a run has written to a folder.</summary>
    public static bool IsOne(string folder) => File.Exists(Path.Combine(folder, ManifestName));

    /// <summary>Whether a run has left executed notebooks in a folder.</summary>
    /// <param name="folder">The folder of a notebook.</param>
    /// <param name="source">The folder of the notebook itself, if the folder of artifacts lies beside the course's notebooks.</param>
    public static bool HoldsExecuted(string folder, out string? source)
    {
        source = null;
        for (var top = new DirectoryInfo(folder); top?.Parent is { } artifacts; top = artifacts)
        {
            if (top.Name == Notebooks && IsOne(artifacts.FullName))
            {
                var below = Path.GetRelativePath(top.FullName, folder);
                var original = Path.Combine(artifacts.Parent?.FullName ?? "", Notebooks, below);
                source = Directory.Exists(original) ? Path.GetFullPath(original) : null;
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens the folder, and makes it if need be.</summary>
    /// <exception cref="NotebookException">It cannot be written to.</exception>
    public static ArtifactFolder Open(string path)
    {
        if (path.Length == 0)
        {
            throw new NotebookException("The folder's name after --out is empty. Write --out DIR, or leave --out out to get the folder 'artifacts'.");
        }

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

    /// <summary>Where a notebook is written to.</summary>
    /// <param name="name">The notebook's path below the notebooks.</param>
    public string PathOf(string name) => Path.Combine(_folder, Notebooks, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Deletes what earlier runs left of notebooks that are there no more. Files of others stay.</summary>
    /// <param name="names">The notebooks that there are.</param>
    public void KeepOnly(IEnumerable<string> names)
    {
        foreach (var gone in _manifest.Notebooks.Keys.Except(names, StringComparer.OrdinalIgnoreCase).ToList())
        {
            _manifest.Notebooks.Remove(gone, out var earlier);
            File.Delete(PathOf(gone));
            DeleteFigures(earlier!.Figures);
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
        notebook.Write(PathOf(name));
        CopyLinked(notebook, PathOf(name));
        var stem = "charts/" + Path.ChangeExtension(name, null);
        var figures = FigureExtraction.Of(notebook).Select((figure, i) => (Figure: figure, Path: FormattableString.Invariant($"{stem}-{i + 1:00}-{figure.Id}"))).ToList();
        foreach (var (figure, path) in figures)
        {
            WriteFigure(figure, Path.Combine(_folder, path));
        }

        IReadOnlyList<string> paths = [.. figures.Select(figure => figure.Path)];
        if (_manifest.Notebooks.TryGetValue(name, out var earlier))
        {
            DeleteFigures(earlier.Figures.Except(paths));
        }

        var outcome = result is null ? NotebookRecord.Interrupted : result.Failure is { } failure ? $"failed at code cell {failure.Cell}: {failure.Error.Name}: {failure.Error.Message}" : "ok";
        _manifest.Notebooks[name] = new NotebookRecord(notebook.Title, outcome, result is { Failure: null }, result?.Elapsed.TotalSeconds, Provenance.Here(), paths);
        _manifest.Write(ManifestPath);
        _written.Add(name);
        WriteIndex();
        return figures.Count;
    }

    /// <summary>Writes the page that shows everything, with what this run has not brought marked as such.</summary>
    public void WriteIndex() => AtomicFile.WriteText(IndexPath, IndexPage.Of(_manifest, _written, ReadFigure));

    /// <summary>Copies what the notebook's text shows and links to, to the same place beside the executed notebook.</summary>
    private void CopyLinked(Notebook notebook, string executed)
    {
        var top = Path.Combine(_folder, Notebooks) + Path.DirectorySeparatorChar;
        foreach (var path in LinkedFiles.Of(notebook))
        {
            var copy = Path.GetFullPath(path, Path.GetDirectoryName(executed)!);
            // What lies outside the course's notebooks has no place here.
            if (copy.StartsWith(top, StringComparison.Ordinal))
            {
                AtomicFile.Write(copy, file => file.Write(File.ReadAllBytes(Path.Combine(notebook.Folder, path))));
            }
        }
    }

    private Figure? ReadFigure(string path)
    {
        try
        {
            return Figure.FromJson(File.ReadAllText(Path.Combine(_folder, path + ".json")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Somebody has tidied up. The page says so; the other figures are none the worse for it.
            return null;
        }
    }

    private static void WriteFigure(Figure figure, string stem)
    {
        AtomicFile.WriteText(stem + ".html", figure.ToPage());
        AtomicFile.WriteText(stem + ".json", figure.ToJson());
        AtomicFile.WriteText(stem + ".csv", figure.ToCsv());
    }

    private void DeleteFigures(IEnumerable<string> figures)
    {
        foreach (var file in figures.SelectMany(figure => FigureEndings.Select(ending => Path.Combine(_folder, figure + ending))))
        {
            File.Delete(file);
        }
    }
}
