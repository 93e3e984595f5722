using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>
/// The one broadcast that cannot leave the machine: 127.255.255.255, the highest address of the loopback network. Linux delivers it to all sockets that are bound to it; other systems have no broadcast on loopback.
/// </summary>
public static class LoopbackBroadcast
{
    /// <summary>The address.</summary>
    public static IPAddress Address { get; } = new([127, 255, 255, 255]);

    /// <summary>Whether this system delivers it; if not, why.</summary>
    /// <returns>Null if it does; otherwise a sentence.</returns>
    public static string? WhyNot()
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
            return $"This system does not let a socket have the address {Address}: {exception.Message}";
        }
    }
}
