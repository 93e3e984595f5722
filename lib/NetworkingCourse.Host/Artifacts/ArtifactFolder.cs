using NetworkingCourse.Figures;
using NetworkingCourse.Host.Book;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>
/// The output folder of a run: executed notebooks, figures, and an index. Each result is written as soon as it is available, and
/// results of earlier runs stay until new ones replace them, so a run that fails or is interrupted loses nothing.
/// </summary>
internal sealed class ArtifactFolder
{
    public const string ManifestName = "run.json";
    private const string Notebooks = "notebooks";
    private static readonly string[] FigureEndings = [".html", ".json", ".csv", ".svg"];

    private readonly string _folder;
    private readonly Manifest _manifest;

    /// <summary>The notebooks that this run has written. All others come from earlier runs.</summary>
    private readonly HashSet<string> _written = new(StringComparer.OrdinalIgnoreCase);

    private readonly Site _site;
    private readonly bool _withSolutions;

    private ArtifactFolder(string folder, bool withSolutions)
    {
        (_folder, _withSolutions) = (folder, withSolutions);
        _manifest = Manifest.Read(ManifestPath);
        _site = new Site(folder, _manifest, withSolutions);
    }

    /// <summary>The path of the index page, which shows all figures.</summary>
    public string IndexPath => Path.Combine(_folder, "index.html");

    private string ManifestPath => Path.Combine(_folder, ManifestName);

    /// <summary>Whether a folder is the output folder of a run.</summary>
    public static bool IsOne(string folder) => File.Exists(Path.Combine(folder, ManifestName));

    /// <summary>Whether a folder holds executed notebooks that a run has written.</summary>
    /// <param name="folder">The folder of a notebook.</param>
    /// <param name="source">The folder of the original notebook, if the artifacts lie beside the course's notebooks.</param>
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

    /// <summary>Opens the folder, and creates it if necessary.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="withSolutions">Whether it gets the solutions of the lessons' exercises.</param>
    /// <exception cref="NotebookException">The folder cannot be written to.</exception>
    public static ArtifactFolder Open(string path, bool withSolutions = true)
    {
        if (path.Length == 0)
        {
            throw new NotebookException(
                "The folder name after --out is empty. Write --out DIR, or omit --out to write to the folder 'artifacts'.");
        }

        var folder = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".writable-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new ArtifactFolder(folder, withSolutions);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException(
                $"The folder {path} cannot be written to ({exception.Message.TrimEnd('.')}). Name another with --out DIR.");
        }
    }

    /// <summary>The path that a notebook is written to.</summary>
    /// <param name="name">The notebook's path relative to the folder of notebooks.</param>
    public string PathOf(string name) => Path.Combine(_folder, Notebooks, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Deletes the results of notebooks that no longer exist. Other files stay.</summary>
    /// <param name="names">The names of the existing notebooks.</param>
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

    /// <summary>Writes the results of a notebook, in place of those of an earlier run.</summary>
    /// <param name="name">The notebook's path relative to the folder of notebooks.</param>
    /// <param name="notebook">The notebook, with its outputs.</param>
    /// <param name="result">The result of the run; null if it was interrupted.</param>
    /// <param name="drawn">The figures in its outputs (<see cref="FigureExtraction"/>).</param>
    public void Write(string name, Notebook notebook, NotebookResult? result, IReadOnlyList<Figure> drawn)
    {
        var stem = "charts/" + Path.ChangeExtension(name, null);
        var figures = drawn
            .Select((figure, i) => (Figure: figure, Path: FormattableString.Invariant($"{stem}-{i + 1:00}-{figure.Id}")))
            .ToList();
        foreach (var (figure, path) in figures)
        {
            WriteFigure(figure, Path.Combine(_folder, path));
        }

        // After the figures have been taken out of it: their data are then in files.
        SmallNotebook.Make(notebook);
        notebook.Write(PathOf(name));
        CopyLinked(notebook, PathOf(name));
        TakeSolutions(name, notebook);
        IReadOnlyList<string> paths = [.. figures.Select(figure => figure.Path)];
        if (_manifest.Notebooks.TryGetValue(name, out var earlier))
        {
            DeleteFigures(earlier.Figures.Except(paths));
        }

        var outcome = result is null ? NotebookRecord.Interrupted
            : result.Failure is { } failure ? $"failed at code cell {failure.Cell}: {failure.Error.Name}: {failure.Error.Message}"
            : "ok";
        _manifest.Notebooks[name] = new NotebookRecord(
            notebook.Title, outcome, result is { Failure: null }, result?.Elapsed.TotalSeconds, Provenance.Here(), paths)
        {
            Measured = [.. figures.SelectMany(figure => MeasuredSeries.Of(figure.Figure, figure.Path))],
        };
        _manifest.Write(ManifestPath);
        _written.Add(name);
        _site.WriteLesson(name);
        WriteIndex();
    }

    /// <summary>Writes the index page, and marks the results of earlier runs.</summary>
    public void WriteIndex() => _site.WriteFront(_written);

    /// <summary>Writes all pages anew, so that they link to each other, and what the search finds.</summary>
    public void WriteSite()
    {
        _site.WriteAll();
        WriteIndex();
    }

    /// <summary>Takes the solutions out of a folder that was written with them.</summary>
    public void TakeSolutionsAway()
    {
        KeepOnly(_manifest.Notebooks.Keys
            .Where(name => !name.StartsWith(SitePath.Solutions + "/", StringComparison.Ordinal)).ToList());
        var solutions = PathOf(SitePath.Solutions);
        if (Directory.Exists(solutions))
        {
            Directory.Delete(solutions, recursive: true);
        }

        // They stay what they were, and are no earlier results.
        _written.UnionWith(_manifest.Notebooks.Keys);
        WriteSite();
    }

    /// <summary>Copies the solutions to which a lesson links, or deletes an earlier copy if there are to be none.</summary>
    private void TakeSolutions(string name, Notebook notebook)
    {
        var solutions = $"{SitePath.Solutions}/{name}";
        if (_manifest.Notebooks.ContainsKey(solutions))
        {
            // They have been run themselves.
            return;
        }

        var up = string.Concat(Enumerable.Repeat("../", name.Count(letter => letter == '/')));
        var top = Path.GetFullPath(up + ".", notebook.Folder);
        var source = Path.Combine(top, solutions);
        if (_withSolutions && File.Exists(source))
        {
            AtomicFile.Write(PathOf(solutions), file => file.Write(File.ReadAllBytes(source)));
        }
        else if (File.Exists(PathOf(solutions)))
        {
            File.Delete(PathOf(solutions));
        }
    }

    /// <summary>Copies the files that the notebook shows or links to, keeping their relative paths.</summary>
    private void CopyLinked(Notebook notebook, string executed)
    {
        var top = Path.Combine(_folder, Notebooks) + Path.DirectorySeparatorChar;
        foreach (var path in LinkedFiles.Of(notebook))
        {
            var copy = Path.GetFullPath(path, Path.GetDirectoryName(executed)!);
            // Files outside the folder of notebooks are not copied.
            if (copy.StartsWith(top, StringComparison.Ordinal))
            {
                AtomicFile.Write(copy, file => file.Write(File.ReadAllBytes(Path.Combine(notebook.Folder, path))));
            }
        }
    }

    private static void WriteFigure(Figure figure, string stem)
    {
        AtomicFile.WriteText(stem + ".json", figure.ToJson());
        AtomicFile.WriteText(stem + ".csv", figure.ToCsv());
        AtomicFile.WriteText(stem + ".svg", figure.ToSvg());
    }

    private void DeleteFigures(IEnumerable<string> figures)
    {
        foreach (var file in figures.SelectMany(figure => FigureEndings.Select(ending => Path.Combine(_folder, figure + ending))))
        {
            File.Delete(file);
        }
    }
}
