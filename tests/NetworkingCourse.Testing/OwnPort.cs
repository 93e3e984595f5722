using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Testing;

/// <summary>
/// Ports for tests that return to a port, to listen on it again or to see what the system still knows about it. A port that
/// the system chose may go to another test as soon as it is released; these lie below the range any system chooses from.
/// </summary>
public static class OwnPort
{
    // That range begins at 32768 on Linux (ip(7), ip_local_port_range), at 49152 on Windows and macOS (RFC 6335, section 6).
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>A port of 127.0.0.1 that nobody holds at the moment, and that nobody else asks for.</summary>
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
                // Another program has it.
            }
        }
    }
}
