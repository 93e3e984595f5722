using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace NetworkingCourse.Host.Worker;

/// <summary>How this program starts itself, in processes that do a part of its work.</summary>
internal static class SelfProcess
{
    /// <summary>A process that is spoken to by its standard input and output, in UTF-8.</summary>
    /// <param name="arguments">A hidden subcommand, and what it wants.</param>
    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        var utf8 = new UTF8Encoding(false);
        var start = new ProcessStartInfo(DotnetPath(), [typeof(SelfProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
        };
        // The runtime's doors for debuggers and profilers are files in the temporary folder, which a process that is killed would leave there.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        return start;
    }

    /// <summary>The command that runs .NET programs, the one this process runs on: two folders above the runtime's.</summary>
    internal static string DotnetPath()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }
}
