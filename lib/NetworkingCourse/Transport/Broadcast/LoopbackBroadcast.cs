using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>
/// The broadcast address of the loopback network, 127.255.255.255: the only broadcast that cannot leave the machine. Linux
/// delivers it to all sockets bound to it; other systems have no broadcast on loopback.
/// </summary>
public static class LoopbackBroadcast
{
    /// <summary>The broadcast address of the loopback network.</summary>
    public static IPAddress Address { get; } = new([127, 255, 255, 255]);

    /// <summary>Explains why this system does not deliver broadcasts on loopback.</summary>
    /// <returns>The reason, as a sentence; null if the system delivers them.</returns>
    public static string? UnavailableReason()
    {
        if (!SystemFeatures.LoopbackBroadcast)
        {
            return "Only Linux has a broadcast on loopback; on this system the receivers would hear nothing.";
        }

        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(Address, 0));
            return null;
        }
        catch (SocketException exception)
        {
            return $"This system does not let a socket bind to {Address}: {exception.Message}";
        }
    }
}
