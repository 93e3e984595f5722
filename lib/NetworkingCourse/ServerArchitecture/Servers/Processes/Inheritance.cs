using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// How a listening socket gets into another process: it is inherited, as every descriptor is on Unix unless its close-on-exec flag is set.
/// .NET sets the flag on all it opens; here it is cleared for as long as it takes to start the other process. Windows has no such thing.
/// </summary>
internal static partial class Inheritance
{
    // Two processes started at once would each inherit what is meant for the other.
    private static readonly Lock Starting = new();

    // FIOCLEX and FIONCLEX of ioctl(2). Not fcntl(2), whose third argument is passed in another way on some processors.
    private static nuint CloseOnExec => OperatingSystem.IsLinux() ? 0x5451u : 0x20006601u;

    private static nuint DoNotCloseOnExec => OperatingSystem.IsLinux() ? 0x5450u : 0x20006602u;

    /// <summary>Whether this system has it.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    public static bool Exists => SystemFeatures.InheritedSockets;

    /// <summary>Starts a process that inherits a socket, under the same descriptor.</summary>
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

    /// <summary>In the other process: the socket that was inherited.</summary>
    /// <returns>Null: there is no such descriptor here, or it is not a socket.</returns>
    public static Socket? TryReceive(int descriptor)
    {
        if (!Exists)
        {
            return null;
        }

        try
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            // Not for this process's own children, of which there are none: .NET wakes who is blocked in an accept when the
            // listener is closed, but not on a socket without this flag, because it might be shared.
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
