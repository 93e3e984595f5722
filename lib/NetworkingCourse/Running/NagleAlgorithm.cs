using System.Net.Sockets;

namespace NetworkingCourse;

/// <summary>
/// Nagle's algorithm holds a short piece of data back until what was sent before is acknowledged, which a peer that has nothing to say puts off for
/// 40 ms and more (RFC 896; RFC 1122, section 4.2.3.2).
/// </summary>
internal static class NagleAlgorithm
{
    /// <summary>Lets everything be sent at once on an accepted connection.</summary>
    public static void TurnOff(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            // Some systems refuse options on a connection that the peer has reset already; the first receive will say so.
        }
    }
}
