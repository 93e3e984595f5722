using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// A Jupyter notebook (nbformat 4): read from a file, run, and written with its outputs as nbformat 4.5. What this program does not
/// know of, metadata above all, is kept as it is.
/// </summary>
internal sealed class Notebook
{
    /// <summary>The version of nbformat that is read and written.</summary>
    public const int Format = 4;

    /// <summary>The minor version that is written: the one in which cells have ids.</summary>
    public const int FormatMinor = 5;

    private readonly JsonObject _root;

    private Notebook(string path, JsonObject root, IReadOnlyList<NotebookCell> cells) => (FilePath, _root, Cells) = (path, root, cells);

    /// <summary>Where it was read from, as a full path.</summary>
    public string FilePath { get; }

    /// <summary>Its folder, from which relative paths in its cells start.</summary>
    public string Folder => Path.GetDirectoryName(FilePath)!;

    /// <summary>All cells, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The cells with code, in order.</summary>
    public IEnumerable<NotebookCell> CodeCells => Cells.Where(cell => cell.IsCode);

    /// <summary>The first heading; without one, the file's name.</summary>
    public string Title =>
        Cells.Where(cell => !cell.IsCode).SelectMany(cell => cell.Source.Split('\n')).FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim()
        ?? Path.GetFileNameWithoutExtension(FilePath);

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="NotebookException">There is no such file, or it is no C# notebook of nbformat 4.</exception>
    public static Notebook Read(string path)
    {
        var root = NotebookJson.Read(path);
        root["nbformat_minor"] = FormatMinor;
        var ids = new HashSet<string>();
        var cells = root["cells"]!.AsArray().Select((cell, i) => new NotebookCell(cell!.AsObject(), i, ids));
        return new Notebook(Path.GetFullPath(path), root, [.. cells]);
    }

    /// <summary>Writes the notebook to a file, whose folder is made if need be: whole, or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(path, file => NotebookJson.Write(file, _root));
}
