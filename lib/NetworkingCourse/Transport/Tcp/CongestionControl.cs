using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse.Transport;

/// <summary>
/// The congestion control of the system's own TCP: which algorithm decides about the window of a connection. Linux lets each
/// socket choose (tcp(7), option TCP_CONGESTION); other systems do not say in this form.
/// </summary>
public static class CongestionControl
{
    private const string AvailableFile = "/proc/sys/net/ipv4/tcp_available_congestion_control";
    private const int IpProtoTcp = 6;
    private const int Option = 13;
    private const int MaxNameBytes = 16; // TCP_CA_NAME_MAX in linux/tcp.h

    /// <summary>The algorithms that a socket may choose; empty where the system does not say.</summary>
    public static IReadOnlyList<string> Available => SystemFeatures.CongestionControl && File.Exists(AvailableFile)
        ? File.ReadAllText(AvailableFile).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        : [];

    /// <summary>The algorithm of a TCP socket, for example <c>cubic</c>; null where the system does not say.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static string? Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!SystemFeatures.CongestionControl)
        {
            return null;
        }

        var name = new byte[MaxNameBytes];
        var length = socket.GetRawSocketOption(IpProtoTcp, Option, name);
        return Encoding.ASCII.GetString(name, 0, length).TrimEnd('\0');
    }

    /// <summary>Lets another algorithm decide for one socket. All others keep theirs.</summary>
    /// <param name="socket">A TCP socket.</param>
    /// <param name="name">One of <see cref="Available"/>.</param>
    /// <exception cref="PlatformNotSupportedException">This system has no such option.</exception>
    /// <exception cref="SocketException">The system does not have the algorithm, or does not permit it.</exception>
    public static void Choose(Socket socket, string name)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!SystemFeatures.CongestionControl)
        {
            throw new PlatformNotSupportedException("On this system, a socket cannot choose its congestion control.");
        }

        socket.SetRawSocketOption(IpProtoTcp, Option, Encoding.ASCII.GetBytes(name));
    }
}
