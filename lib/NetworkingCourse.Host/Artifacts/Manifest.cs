using System.Text.Json;
using System.Text.Json.Serialization;

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

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, ManifestJson.Default.Manifest) + "\n");
}

/// <summary>What became of one notebook.</summary>
/// <param name="Title">Its first heading.</param>
/// <param name="Outcome">In words: <c>ok</c>, or what failed.</param>
/// <param name="Succeeded">Whether all of it ran as it should.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Figures">Its figures' files, below the folder, without their endings.</param>
internal sealed record NotebookRecord(string Title, string Outcome, bool Succeeded, double Seconds, IReadOnlyList<string> Figures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
