using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Testing;

/// <summary>
/// Ports for tests that come back to a port: to listen on it again, or to see what the system still knows of it. A port that the system
/// chose may be another test's as soon as it is given back; these lie below what any system chooses from.
/// </summary>
public static class OwnPort
{
    // Linux begins at 32768 (ip(7), ip_local_port_range), Windows and macOS at 49152 (RFC 6335, section 6).
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>A port of 127.0.0.1 that no one has at the moment, and that no one else asks for.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Some other program's.
            }
        }
    }
}
