using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>
/// The file that tells front ends about a kernel and how to start it (jupyter_client, "Making kernels for Jupyter", Kernel
/// specs).
/// </summary>
internal static partial class KernelSpec
{
    public const string FileName = "kernel.json";

    /// <summary>The metadata key that marks the specs of this program's kernels.</summary>
    private const string Mark = "networking_course";

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = new PlainJsonEncoder(),
    };

    /// <summary>Whether Jupyter accepts a kernel name.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>Writes the text of a spec.</summary>
    /// <param name="dotnet">
    /// The full path of the <c>dotnet</c> command, which front ends started from a desktop may not have on their PATH.
    /// </param>
    /// <param name="program">The path of the program.</param>
    /// <param name="displayName">The name shown to users when they choose a kernel.</param>
    public static string Write(string dotnet, string program, string displayName)
    {
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray(dotnet, program, "jupyter", "kernel", "{connection_file}"),
            ["display_name"] = displayName,
            ["language"] = "C#",
            // Works everywhere; the kernel handles signals too.
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
    /// Settings of the runtime: a faster start, and no files for diagnostic tools in the temporary folder, which would stay there
    /// whenever a front end kills its kernel.
    /// </summary>
    private static JsonObject Environment() => new()
    {
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableDiagnostics_IPC"] = "0",
        ["DOTNET_EnableDiagnostics_Debugger"] = "0",
    };

    /// <summary>Reads the spec in a kernel's folder; null if there is none or it is unreadable.</summary>
    public static Installed? Read(string folder)
    {
        try
        {
            var spec = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName))) as JsonObject;
            var program = spec?["argv"] is JsonArray { Count: > 1 } argv ? (string?)argv[1] : null;
            return spec is null
                ? null
                : new Installed(
                    Path.GetFileName(folder),
                    folder,
                    (string?)spec["display_name"] ?? "",
                    spec["metadata"]?[Mark] is not null,
                    program ?? "");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]+$")]
    private static partial Regex Name();
}

/// <summary>An installed kernel.</summary>
/// <param name="Name">The name by which notebooks refer to the kernel.</param>
/// <param name="Folder">The folder that contains its spec.</param>
/// <param name="DisplayName">The name shown to users when they choose a kernel.</param>
/// <param name="IsOurs">Whether this program installed it.</param>
/// <param name="Program">The program that it starts.</param>
internal sealed record Installed(string Name, string Folder, string DisplayName, bool IsOurs, string Program);
