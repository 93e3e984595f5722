using System.Net.Sockets;

namespace NetworkingCourse;

/// <summary>Aborts connections: the peer gets a reset (RST), as if the process had crashed.</summary>
internal static class SocketReset
{
    /// <summary>Makes closing the socket send a reset instead of a FIN. A failed or closed socket stays as it is.</summary>
    public static void ResetWhenClosed(this Socket socket)
    {
        try
        {
            // A linger time of 0 s (the manual page socket(7)).
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection has already ended.
        }
    }

    /// <summary>Closes the socket with a reset.</summary>
    public static void Reset(this Socket socket)
    {
        socket.ResetWhenClosed();
        socket.Dispose();
    }
}
