using System.Text.Json;
using System.Text.Json.Serialization;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>What a folder of artifacts holds, a record for each notebook, so that a run of some of them keeps what others left there.</summary>
internal sealed class Manifest
{
    /// <summary>By the notebook's name: its path below the notebooks.</summary>
    public SortedDictionary<string, NotebookRecord> Notebooks { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public static Manifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ManifestJson.Default.Manifest) ?? new Manifest();
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            // None yet, or none of ours: the folder's notebooks are those of this run.
            return new Manifest();
        }
    }

    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, ManifestJson.Default.Manifest) + "\n");
}

/// <summary>What became of one notebook.</summary>
/// <param name="Title">Its first heading.</param>
/// <param name="Outcome">In words: <c>ok</c>, or what failed.</param>
/// <param name="Succeeded">Whether all of it ran as it should.</param>
/// <param name="Seconds">How long it took; null if it was interrupted.</param>
/// <param name="Made">Where and when; null in what earlier versions of this program wrote.</param>
/// <param name="Figures">Its figures' files, below the folder, without their endings.</param>
internal sealed record NotebookRecord(string Title, string Outcome, bool Succeeded, double? Seconds, Provenance? Made, IReadOnlyList<string> Figures)
{
    /// <summary>The outcome of a notebook that Ctrl-C cut short.</summary>
    public const string Interrupted = "interrupted";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
