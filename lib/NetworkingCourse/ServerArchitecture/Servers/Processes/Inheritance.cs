using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Passes a listening socket to a child process by inheritance. On Unix, a child inherits every descriptor whose close-on-exec
/// flag is not set. .NET sets the flag on every descriptor it opens, so it is cleared here while the child starts. Not available
/// on Windows.
/// </summary>
internal static partial class Inheritance
{
    // Two processes started concurrently would each inherit the socket meant for the other.
    private static readonly Lock Starting = new();

    // FIOCLEX and FIONCLEX of ioctl(2). Not fcntl(2): on some processors its third, variadic argument is passed differently.
    private static nuint CloseOnExec => OperatingSystem.IsLinux() ? 0x5451u : 0x20006601u;

    private static nuint DoNotCloseOnExec => OperatingSystem.IsLinux() ? 0x5450u : 0x20006602u;

    /// <summary>Whether this system supports inherited sockets.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool Exists => SystemFeatures.InheritedSockets;

    /// <summary>Starts a process that inherits a socket under the same descriptor number.</summary>
    public static Process Start(ProcessStartInfo start, Socket? inherited)
    {
        lock (Starting)
        {
            if (inherited is null || !Exists)
            {
                return Process.Start(start)!;
            }

            Control(inherited, DoNotCloseOnExec);
            try
            {
                return Process.Start(start)!;
            }
            finally
            {
                Control(inherited, CloseOnExec);
            }
        }
    }

    /// <summary>Opens the inherited socket in the child process.</summary>
    /// <returns>The socket, or null if the descriptor does not exist here or is not a socket.</returns>
    public static Socket? TryReceive(int descriptor)
    {
        if (!Exists)
        {
            return null;
        }

        try
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            // This is not about children, as this process has none. When a listener is closed, .NET
            // wakes blocked accepts only if the socket has this flag; without the flag, the socket
            // might be shared.
            Control(socket, CloseOnExec);
            return socket;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void Control(Socket socket, nuint request)
    {
        if (Control((int)socket.Handle, request) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request);
}
