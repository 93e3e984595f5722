using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>
/// The file that tells front ends about a kernel and how to start it (jupyter_client, "Making kernels for Jupyter", Kernel
/// specs).
/// </summary>
internal static partial class KernelSpec
{
    public const string FileName = "kernel.json";

    /// <summary>The name by which notebooks refer to the kernel, unless another one is chosen.</summary>
    public const string DefaultName = "networking-course";

    /// <summary>The name shown to users when they choose a kernel.</summary>
    public const string DisplayName = "C# (Networking Course)";

    private const string Invariant = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>The metadata key that marks the specs of this program's kernels.</summary>
    private const string Mark = "networking_course";

    /// <summary>What follows the program; the front end puts a path in place of the last word.</summary>
    private static readonly string[] Arguments = ["jupyter", "kernel", "{connection_file}"];

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
    /// <param name="command">
    /// The command line that starts the program: its full path, or that of the <c>dotnet</c> command, which front ends started
    /// from a desktop may not have on their PATH, and of the program's file.
    /// </param>
    /// <param name="displayName">The name shown to users when they choose a kernel.</param>
    public static string Write(IReadOnlyList<string> command, string displayName)
    {
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray([.. command.Select(word => (JsonNode)word), .. Arguments.Select(word => (JsonNode)word)]),
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
    private static JsonObject Environment()
    {
        var settings = new JsonObject
        {
            [EmbeddedKernel.ProfileGuided] = "0",
            ["DOTNET_EnableDiagnostics_IPC"] = "0",
            ["DOTNET_EnableDiagnostics_Debugger"] = "0",
        };
        // Set where the system has no ICU; without it, the program does not start there.
        if (System.Environment.GetEnvironmentVariable(Invariant) is { Length: > 0 } invariant)
        {
            settings[Invariant] = invariant;
        }

        return settings;
    }

    /// <summary>Reads the spec in a kernel's folder; null if there is none or it is unreadable.</summary>
    public static Installed? Read(string folder)
    {
        try
        {
            var spec = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName))) as JsonObject;
            List<string> words = spec?["argv"] is JsonArray argv ? [.. argv.Select(word => (string?)word ?? "")] : [];
            List<string> command = [.. words.TakeWhile(word => word != Arguments[0])];
            return spec is null
                ? null
                : new Installed(
                    Path.GetFileName(folder),
                    folder,
                    (string?)spec["display_name"] ?? "",
                    spec["metadata"]?[Mark] is not null,
                    command);
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
/// <param name="Command">The command line that starts it, up to its arguments.</param>
internal sealed record Installed(string Name, string Folder, string DisplayName, bool IsOurs, IReadOnlyList<string> Command)
{
    /// <summary>The program that it starts: the file that <c>dotnet</c> runs, if that is how it starts.</summary>
    public string Program => Command.Count > 0 ? Command[^1] : "";
}
