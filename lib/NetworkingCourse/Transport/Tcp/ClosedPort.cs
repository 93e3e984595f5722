using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>Ports that nobody has.</summary>
public static class ClosedPort
{
    /// <summary>A port of 127.0.0.1 on which nobody listens: the system gave it, and it was given back at once. Nothing keeps others from taking it.</summary>
    public static IPEndPoint OnLoopback()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
