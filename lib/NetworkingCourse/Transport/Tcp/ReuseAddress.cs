using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Tries to bind to a port with and without the option SO_REUSEADDR. On Unix .NET always sets the option, so the attempt without
/// it calls the system's own <c>bind</c> (bind(2), socket(7)).
/// </summary>
public static partial class ReuseAddress
{
    private const string Allowed = "allowed";

    /// <summary>Tries both, one after the other, and releases the port at once.</summary>
    /// <param name="port">The port on 127.0.0.1.</param>
    /// <returns>A table with one row per attempt and the system's response.</returns>
    public static Table Try(int port) => new(
        ["SO_REUSEADDR", "bind to the port"],
        [["not set", WithoutOption(port)], ["set", WithOption(port)]],
        !SystemFeatures.ReuseAddress
            ? "On Windows a connection in TIME-WAIT does not hold a listener's port, "
                + "and the option of this name means something else."
            : null);

    /// <summary>Binds as .NET does: with the option on Unix.</summary>
    internal static string WithOption(int port)
    {
        using var socket = NewSocket();
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return Allowed;
        }
        catch (SocketException exception)
        {
            return Refused(exception);
        }
    }

    /// <summary>Binds without the option.</summary>
    internal static string WithoutOption(int port)
    {
        if (!SystemFeatures.ReuseAddress)
        {
            return "not tried";
        }

        using var socket = NewSocket();
        var address = new IPEndPoint(IPAddress.Loopback, port).Serialize();
        return Bind(socket.SafeHandle, address.Buffer.Span[..address.Size], (uint)address.Size) == 0
            ? Allowed : Refused(new SocketException(Marshal.GetLastPInvokeError()));
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static string Refused(SocketException exception) => $"refused: {exception.Message}";

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeSocketHandle socket, Span<byte> address, uint length);
}
