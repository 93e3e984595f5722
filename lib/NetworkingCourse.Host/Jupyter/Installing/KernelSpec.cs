using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>The file that tells front ends of a kernel and how to start it (jupyter_client, "Making kernels for Jupyter", Kernel specs).</summary>
internal static partial class KernelSpec
{
    public const string FileName = "kernel.json";

    /// <summary>What kernels of this program are known by in their specs.</summary>
    private const string Mark = "networking_course";

    private static readonly JsonWriterOptions Readable = new() { Indented = true, IndentSize = 1, NewLine = "\n", Encoder = new PlainJsonEncoder() };

    /// <summary>Whether Jupyter accepts a name.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>The spec's text.</summary>
    /// <param name="dotnet">The command that runs .NET programs, with its path: front ends started from a desktop may not have it on theirs.</param>
    /// <param name="program">The program.</param>
    /// <param name="displayName">What the reader chooses.</param>
    public static string Write(string dotnet, string program, string displayName)
    {
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray(dotnet, program, "jupyter", "kernel", "{connection_file}"),
            ["display_name"] = displayName,
            ["language"] = "C#",
            // Works everywhere; the kernel understands signals too.
            ["interrupt_mode"] = "message",
            ["env"] = Environment(),
            ["metadata"] = new JsonObject { ["debugger"] = false, [Mark] = new JsonObject { ["version"] = KernelInfo.Version } },
        };
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Readable))
        {
            spec.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }

    /// <summary>
    /// Settings of the runtime: a faster start; and no files in the temporary folder for tools that look into processes, which would stay
    /// there whenever a front end kills its kernel.
    /// </summary>
    private static JsonObject Environment() => new()
    {
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableDiagnostics_IPC"] = "0",
        ["DOTNET_EnableDiagnostics_Debugger"] = "0",
    };

    /// <summary>Reads what a folder of a kernel says of it; null if there is no spec, or one that nobody can read.</summary>
    public static Installed? Read(string folder)
    {
        try
        {
            var spec = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName))) as JsonObject;
            var program = spec?["argv"] is JsonArray { Count: > 1 } argv ? (string?)argv[1] : null;
            return spec is null
                ? null
                : new Installed(Path.GetFileName(folder), folder, (string?)spec["display_name"] ?? "", spec["metadata"]?[Mark] is not null, program ?? "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]+$")]
    private static partial Regex Name();
}

/// <summary>A kernel that is installed.</summary>
/// <param name="Name">The name that notebooks know it by.</param>
/// <param name="Folder">Where its spec lies.</param>
/// <param name="DisplayName">What the reader chooses.</param>
/// <param name="IsOurs">Whether this program installed it.</param>
/// <param name="Program">What it starts.</param>
internal sealed record Installed(string Name, string Folder, string DisplayName, bool IsOurs, string Program);
