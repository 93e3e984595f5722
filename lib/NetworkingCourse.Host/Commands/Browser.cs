using System.ComponentModel;
using System.Diagnostics;

namespace NetworkingCourse.Host.Commands;

/// <summary>The system's browser.</summary>
internal static class Browser
{
    /// <summary>Opens a page in it.</summary>
    /// <returns>Whether the system has a program for pages.</returns>
    public static bool TryOpen(string path)
    {
        try
        {
            using var started = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or FileNotFoundException)
        {
            return false;
        }
    }
}
