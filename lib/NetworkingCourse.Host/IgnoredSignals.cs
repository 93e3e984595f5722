using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.Host;

/// <summary>Signals that this process has inherited as ignored.</summary>
internal static partial class IgnoredSignals
{
    /// <summary>SIGINT on every Unix.</summary>
    private const int Interrupt = 2;

    /// <summary>
    /// Makes SIGINT reach this process. What a script starts in the background, with <c>&amp;</c>, inherits that the signal is ignored
    /// (POSIX, Shell Command Language, 2.11), and the runtime leaves a signal alone that was ignored from the start. But a program that sends
    /// this one, a front end or a supervisor, means it. To be called before a handler is registered.
    /// </summary>
    public static void HearInterrupts()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetHandler(Interrupt, handler: 0);
        }
    }

    // The handler 0 is SIG_DFL: what a process has that inherits nothing else.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
