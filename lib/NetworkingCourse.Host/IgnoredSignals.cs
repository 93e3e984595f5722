using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.Host;

/// <summary>Re-enables signals that this process has inherited as ignored.</summary>
internal static partial class IgnoredSignals
{
    /// <summary>The number of SIGINT on every Unix.</summary>
    private const int Interrupt = 2;

    /// <summary>
    /// Makes SIGINT reach this process. A program that a script starts in the background, with <c>&amp;</c>, inherits SIGINT as
    /// ignored (POSIX, Shell Command Language, 2.11), and the runtime does not touch signals that were ignored from the start.
    /// But a front end or supervisor that sends SIGINT wants it to take effect. Call this before registering a handler.
    /// </summary>
    public static void HearInterrupts()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetHandler(Interrupt, handler: 0);
        }
    }

    // The handler 0 is SIG_DFL, the default action.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
