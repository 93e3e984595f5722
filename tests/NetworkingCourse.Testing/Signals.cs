using System.Runtime.InteropServices;

namespace NetworkingCourse.Testing;

/// <summary>Sends signals to processes (kill(2)), as a terminal or a supervisor does. Unix only.</summary>
public static partial class Signals
{
    /// <summary>A signal, with the number that POSIX gives it.</summary>
    public enum Signal
    {
        /// <summary>Ctrl-C.</summary>
        Interrupt = 2,

        /// <summary>The end, without a word.</summary>
        Kill = 9,

        /// <summary>A request to end.</summary>
        Terminate = 15,
    }

    /// <summary>Sends one.</summary>
    /// <exception cref="InvalidOperationException">There is no such process, or it is not ours.</exception>
    public static void Send(int process, Signal signal)
    {
        if (Kill(process, (int)signal) != 0)
        {
            throw new InvalidOperationException($"kill({process}, {signal}): {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
