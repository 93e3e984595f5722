using System.Text.Json;
using System.Text.Json.Nodes;

namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>
/// Finds C# kernels of other programs that no longer exist. The notebooks name .NET Interactive's kernel, so front ends offer its
/// spec first even when the tool itself has been uninstalled, and then fail to start it.
/// </summary>
internal static class LeftOverKernels
{
    /// <summary>Messages about the kernels in some folders whose program is missing, with advice on what to do.</summary>
    public static IEnumerable<string> In(IEnumerable<string> folders) => folders
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        .Where(folder => KernelSpec.Read(folder) is { IsOurs: false })
        .Select(Complaint)
        .OfType<string>();

    private static string? Complaint(string folder)
    {
        try
        {
            var spec = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, KernelSpec.FileName)))!;
            if ((string?)spec["language"] is not ("C#" or "csharp") || spec["argv"] is not JsonArray { Count: > 0 } argv)
            {
                return null;
            }

            return Program([.. argv.Select(word => (string?)word ?? "")]) is not { } program || IsThere(program)
                ? null
                : $"The kernel '{(string?)spec["display_name"]}' cannot start: {program} is missing. "
                    + $"Front ends offer it all the same. Delete its folder: {folder}";
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The program that a command line starts; null if unknown. <c>dotnet X</c> runs the program dotnet-X, unless X is a program
    /// file or one of dotnet's own commands.
    /// </summary>
    private static string? Program(string[] argv) =>
        Path.GetFileNameWithoutExtension(argv[0]) != "dotnet" || argv.Length == 1 ? argv[0]
        : argv[1].EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? argv[1]
        : argv[1] is "exec" or "run" or "tool" ? null
        : $"dotnet-{argv[1]}";

    private static bool IsThere(string program)
    {
        var tools = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools");
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var folders = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(tools);
        var endings = OperatingSystem.IsWindows() ? (string[])["", ".exe", ".cmd", ".bat"] : [""];
        // Combining a folder with an absolute path returns the absolute path.
        return folders.Any(folder => endings.Any(ending => File.Exists(Path.Combine(folder, program + ending))));
    }
}
