using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>Finds closed ports.</summary>
public static class ClosedPort
{
    /// <summary>
    /// Finds a port of 127.0.0.1 on which nothing listens: one that the system has just assigned and that was released at once.
    /// Others may take it at any time.
    /// </summary>
    public static IPEndPoint OnLoopback()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
