using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Notebooks;

/// <summary>
/// A Jupyter notebook (nbformat 4): read from a file, run, and written with its outputs as nbformat 4.5. What this program does not
/// know of, metadata above all, is kept as it is.
/// </summary>
internal sealed class Notebook
{
    private const int Format = 4;
    private const int FormatMinor = 5;

    private static readonly string[] CSharp = ["c#", "csharp", "cs", "polyglot-notebook"];

    // One space to a level and letters unescaped, as Jupyter writes it: a file that both have written differs in nothing but the order of what it added.
    private static readonly JsonWriterOptions AsJupyter = new() { Indented = true, IndentSize = 1, NewLine = "\n", Encoder = new PlainJsonEncoder() };

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
        var full = Path.GetFullPath(path);
        string text;
        try
        {
            text = File.ReadAllText(full);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotebookException($"There is no notebook {path}. Check the path; 'run' without a path runs every notebook.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{path} cannot be read: {exception.Message}");
        }

        return Parse(full, path, text);
    }

    /// <summary>Writes the notebook to a file, whose folder is made if need be: whole, or not at all.</summary>
    public void Write(string path) => WholeFile.Write(path, file =>
    {
        using (var writer = new Utf8JsonWriter(file, AsJupyter))
        {
            _root.WriteTo(writer);
        }

        file.WriteByte((byte)'\n');
    });

    private static Notebook Parse(string full, string path, string text)
    {
        JsonObject? root;
        try
        {
            root = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException exception)
        {
            throw new NotebookException($"{path} is not a notebook: it is not JSON{Place(exception)}. A notebook is a file that a notebook editor has saved, with the ending .ipynb.");
        }

        if (root?["cells"] is not JsonArray cells || root["nbformat"] is not JsonValue format || !format.TryGetValue(out int major))
        {
            throw new NotebookException($"{path} is not a notebook: it has no cells or no nbformat. A notebook is a file that a notebook editor has saved, with the ending .ipynb.");
        }

        if (major != Format)
        {
            throw new NotebookException($"{path} is of nbformat {major}, and this program reads nbformat {Format}. Open it in a current notebook editor and save it again.");
        }

        var metadata = root["metadata"] as JsonObject;
        var language = Text(metadata?["kernelspec"]?["language"]) ?? Text(metadata?["language_info"]?["name"]);
        if (language is not null && !CSharp.Contains(language.ToLowerInvariant()))
        {
            throw new NotebookException($"{path} is a notebook in {language}, and this program runs C# notebooks only.");
        }

        root["nbformat_minor"] = FormatMinor;
        var ids = new HashSet<string>();
        return new Notebook(full, root, [.. cells.OfType<JsonObject>().Select((cell, i) => new NotebookCell(cell, i, ids))]);
    }

    private static string Place(JsonException exception) =>
        exception is { LineNumber: { } line, BytePositionInLine: { } place } ? FormattableString.Invariant($" (line {line + 1}, byte {place + 1})") : "";

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
