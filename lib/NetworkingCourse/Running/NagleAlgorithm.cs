using System.Net.Sockets;

namespace NetworkingCourse;

/// <summary>
/// Turns off Nagle's algorithm, which holds back a small segment until all earlier data has been acknowledged. A peer that has
/// nothing to send delays its acknowledgment by 40 ms or more (RFC 896; RFC 1122, section 4.2.3.2).
/// </summary>
internal static class NagleAlgorithm
{
    /// <summary>Makes an accepted connection send all data immediately.</summary>
    public static void TurnOff(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            // Some systems reject options on a connection that the peer has already reset; the
            // first receive will report the reset.
        }
    }
}
