using System.Text.Json;
using System.Text.Json.Serialization;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// The contents of an artifact folder, one record per notebook, so that a run of some notebooks keeps the results of the others.
/// </summary>
internal sealed class Manifest
{
    /// <summary>The records by notebook name: the notebook's path relative to the folder of notebooks.</summary>
    public SortedDictionary<string, NotebookRecord> Notebooks
    {
        get;
        // A file without this property sets it to null.
        init => field = value ?? field;
    } = new(StringComparer.OrdinalIgnoreCase);

    public static Manifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ManifestJson.Default.Manifest) ?? new Manifest();
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            // There is no manifest yet, or the file is not one. Start with an empty manifest.
            return new Manifest();
        }
    }

    public void Write(string path) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(this, ManifestJson.Default.Manifest) + "\n");
}

/// <summary>The result of running one notebook.</summary>
/// <param name="Title">The notebook's first heading.</param>
/// <param name="Outcome">The outcome in words: <c>ok</c>, or what failed.</param>
/// <param name="Succeeded">Whether every cell ran as it should.</param>
/// <param name="Seconds">The duration of the run in seconds; null if it was interrupted.</param>
/// <param name="Made">Where and when the notebook was run; null in manifests of earlier versions of this program.</param>
/// <param name="Figures">The paths of its figures, relative to the artifact folder and without extensions.</param>
internal sealed record NotebookRecord(
    string Title, string Outcome, bool Succeeded, double? Seconds, Provenance? Made, IReadOnlyList<string> Figures)
{
    /// <summary>The outcome of a notebook whose run was interrupted by Ctrl-C.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>What its figures measured; null in manifests of earlier versions of this program.</summary>
    public IReadOnlyList<MeasuredSeries>? Measured { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, IndentSize = 1)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
