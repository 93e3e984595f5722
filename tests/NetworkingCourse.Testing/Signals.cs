using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.Testing;

/// <summary>Sends signals to processes (kill(2)), as a terminal or a supervisor does. Unix only.</summary>
public static partial class Signals
{
    /// <summary>A signal, with the number that POSIX gives it.</summary>
    public enum Signal
    {
        /// <summary>Ctrl-C.</summary>
        Interrupt = 2,

        /// <summary>Ends a process at once; it cannot be caught.</summary>
        Kill = 9,

        /// <summary>A request to end.</summary>
        Terminate = 15,
    }

    /// <summary>Sends a signal.</summary>
    /// <exception cref="InvalidOperationException">There is no such process, or it is not ours.</exception>
    /// <exception cref="PlatformNotSupportedException">Windows has no signals.</exception>
    public static void Send(int process, Signal signal)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        if (Kill(process, (int)signal) != 0)
        {
            throw new InvalidOperationException($"kill({process}, {signal}): {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
