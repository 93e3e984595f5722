using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// A Jupyter notebook: read from a file (nbformat 4), run, and written with its outputs (nbformat 4.5). Content that this
/// program does not know, such as most metadata, is preserved.
/// </summary>
internal sealed class Notebook
{
    /// <summary>The major version of nbformat that this program reads and writes.</summary>
    public const int Format = 4;

    /// <summary>The minor version of nbformat that this program writes, in which cells have IDs.</summary>
    public const int FormatMinor = 5;

    private readonly JsonObject _root;

    private Notebook(string path, JsonObject root, IReadOnlyList<NotebookCell> cells) =>
        (FilePath, _root, Cells) = (path, root, cells);

    /// <summary>The full path of the file that the notebook was read from.</summary>
    public string FilePath { get; }

    /// <summary>The notebook's folder. Relative paths in its cells are relative to it.</summary>
    public string Folder => Path.GetDirectoryName(FilePath)!;

    /// <summary>All cells, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The code cells, in order.</summary>
    public IEnumerable<NotebookCell> CodeCells => Cells.Where(cell => cell.IsCode);

    /// <summary>The first heading; without one, the file name.</summary>
    public string Title =>
        Cells
            .Where(cell => !cell.IsCode)
            .SelectMany(cell => cell.Source.Split('\n'))
            .FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim()
        ?? Path.GetFileNameWithoutExtension(FilePath);

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="NotebookException">The file does not exist, or is not a C# notebook of nbformat 4.</exception>
    public static Notebook Read(string path) => Read(path, keepOutputs: false);

    /// <summary>Reads a notebook with its outputs.</summary>
    /// <exception cref="NotebookException">The file does not exist, or is not a C# notebook of nbformat 4.</exception>
    public static Notebook ReadExecuted(string path) => Read(path, keepOutputs: true);

    /// <summary>Writes the notebook to a file atomically, and creates the file's folder if necessary.</summary>
    public void Write(string path) => AtomicFile.Write(path, file => NotebookJson.Write(file, _root));

    private static Notebook Read(string path, bool keepOutputs)
    {
        var root = NotebookJson.Read(path);
        root["nbformat_minor"] = FormatMinor;
        var ids = new HashSet<string>();
        var cells = root["cells"]!.AsArray().Select((cell, i) => new NotebookCell(cell!.AsObject(), i, ids, keepOutputs));
        return new Notebook(Path.GetFullPath(path), root, [.. cells]);
    }
}
