using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Network;

/// <summary>A UDP socket and a listening TCP socket with one address and one port.</summary>
internal sealed class DnsSockets : IDisposable
{
    /// <summary>How long a UDP message is at the most, whatever the client takes: longer ones may be fragmented on the way, and fragments get lost or forged (RFC 9715).</summary>
    public const ushort UdpPayloadSize = 1_232;

    private const int Tries = 20;
    private const int Backlog = 64;

    private DnsSockets(Socket udp, Socket tcp) => (Udp, Tcp, EndPoint) = (udp, tcp, (IPEndPoint)udp.LocalEndPoint!);

    public Socket Udp { get; }

    public Socket Tcp { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>What <see cref="Socket.ReceiveFromAsync(Memory{byte}, SocketFlags, EndPoint, CancellationToken)"/> wants to be told.</summary>
    public IPEndPoint Anyone => new(Udp.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    /// <summary>Binds both. A port that the system has chosen over TCP may be taken over UDP: then another is tried.</summary>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
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
