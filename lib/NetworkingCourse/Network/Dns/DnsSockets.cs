using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Network;

/// <summary>A UDP socket and a listening TCP socket bound to the same address and port.</summary>
internal sealed class DnsSockets : IDisposable
{
    /// <summary>
    /// The longest UDP message sent, in bytes, whatever the client accepts: longer ones may be fragmented on the way, and
    /// fragments can be lost or forged (RFC 9715).
    /// </summary>
    public const ushort UdpPayloadSize = 1_232;

    private const int Tries = 20;
    private const int Backlog = 64;

    private DnsSockets(Socket udp, Socket tcp) => (Udp, Tcp, EndPoint) = (udp, tcp, (IPEndPoint)udp.LocalEndPoint!);

    public Socket Udp { get; }

    public Socket Tcp { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>
    /// Binds both sockets. If the port that the system chose for TCP is taken for UDP, another one is tried.
    /// </summary>
    /// <exception cref="SocketException">The port is taken, or access to it is denied.</exception>
    public static DnsSockets Bind(IPEndPoint endPoint)
    {
        for (var i = 1; ; i++)
        {
            var tcp = Bound(SocketType.Stream, ProtocolType.Tcp, endPoint);
            try
            {
                var udp = Bound(SocketType.Dgram, ProtocolType.Udp, (IPEndPoint)tcp.LocalEndPoint!);
                tcp.Listen(Backlog);
                return new DnsSockets(udp, tcp);
            }
            catch (SocketException) when (endPoint.Port == 0 && i < Tries)
            {
                tcp.Dispose();
            }
            catch
            {
                tcp.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        Udp.Dispose();
        Tcp.StopListening();
    }

    private static Socket Bound(SocketType type, ProtocolType protocol, IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, type, protocol);
        try
        {
            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
