using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host;

/// <summary>The files of this program and its dependencies, as listed by the build; its folder may contain more.</summary>
internal static class ProgramFiles
{
    /// <summary>The program's own file.</summary>
    public static string Program => typeof(ProgramFiles).Assembly.Location;

    /// <exception cref="JsonException">The list is damaged.</exception>
    public static IEnumerable<ProgramFile> All()
    {
        var dependencies = Path.ChangeExtension(Program, ".deps.json");
        yield return new ProgramFile(Path.ChangeExtension(Program, ".runtimeconfig.json"), null);
        yield return new ProgramFile(dependencies, null);
        if (JsonNode.Parse(File.ReadAllText(dependencies)) is not JsonObject list || list["targets"] is not JsonObject targets)
        {
            throw new JsonException($"{dependencies} contains no targets.");
        }

        var libraries = targets.SelectMany(target => target.Value as JsonObject ?? [])
            .SelectMany(library => (library.Value?["runtime"] as JsonObject ?? [])
                .Select(file => new ProgramFile(
                    Path.Combine(Path.GetDirectoryName(Program)!, Path.GetFileName(file.Key)),
                    (string?)list["libraries"]?[library.Key]?["path"] is { } package ? $"{package}/{file.Key}" : null)))
            .DistinctBy(file => file.Path);
        foreach (var library in libraries)
        {
            yield return library;
        }
    }
}

/// <summary>A file of this program.</summary>
/// <param name="Path">Its path.</param>
/// <param name="InPackages">Its path in the folder of NuGet's packages; null if it does not come from a package.</param>
internal sealed record ProgramFile(string Path, string? InPackages);
