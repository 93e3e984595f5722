using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace NetworkingCourse.Host.Worker;

/// <summary>Creates the start information for child processes in which this program runs itself.</summary>
internal static class SelfProcess
{
    /// <summary>The start information for a process that communicates over its standard streams, in UTF-8.</summary>
    /// <param name="arguments">A hidden subcommand and its arguments.</param>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        var utf8 = new UTF8Encoding(false);
        var command = Command();
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
        };
        // No diagnostic ports: they are files in the temporary folder, and a killed process would leave them behind.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        return start;
    }

    /// <summary>
    /// Whether this program runs in a bundle, with a runtime of its own (<c>Bundle/RuntimeFiles.cs</c>). There is no
    /// <c>dotnet</c> command then.
    /// </summary>
    public static bool IsBundled { get; } = RuntimeEnvironment.GetRuntimeDirectory()
        .StartsWith(Path.Combine(AppContext.BaseDirectory, "runtime") + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The command line that starts this program, up to its arguments.</summary>
    public static IReadOnlyList<string> Command()
    {
        var program = typeof(SelfProcess).Assembly.Location;
        return IsBundled
            ? [Path.ChangeExtension(program, OperatingSystem.IsWindows() ? ".exe" : null)]
            : [DotnetPath(), program];
    }

    /// <summary>
    /// The path of the <c>dotnet</c> command that belongs to the current runtime: it lies three folders above the runtime's.
    /// </summary>
    internal static string DotnetPath()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }
}
