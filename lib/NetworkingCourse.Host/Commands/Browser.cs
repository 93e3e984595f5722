using System.ComponentModel;
using System.Diagnostics;

namespace NetworkingCourse.Host.Commands;

/// <summary>The system's browser.</summary>
internal static class Browser
{
    // xdg-open(1) tries one browser after another. Some run until they are closed, and then the page is open.
    private const string OpenQuietly = "exec xdg-open \"$1\" >/dev/null 2>&1";
    private static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(5);

    /// <summary>Opens a page in it.</summary>
    /// <returns>Whether the system has a program for pages.</returns>
    public static bool TryOpen(string path)
    {
        try
        {
            using var started = Process.Start(OperatingSystem.IsLinux()
                ? new ProcessStartInfo("/bin/sh", ["-c", OpenQuietly, "sh", path])
                : new ProcessStartInfo(path) { UseShellExecute = true });
            return !OperatingSystem.IsLinux() || !started!.WaitForExit(OpensWithin) || started.ExitCode == 0;
        }
        catch (Exception exception) when (exception is Win32Exception or FileNotFoundException)
        {
            return false;
        }
    }
}
