using System.Net.Sockets;

namespace NetworkingCourse;

/// <summary>Extensions of <see cref="Socket"/> for listening sockets.</summary>
internal static class ListeningSocket
{
    /// <summary>
    /// Stops listening and closes the socket. On Unix, closing alone is not enough while this process starts another one:
    /// between fork and exec, the child holds every descriptor of its parent, and a socket listens until its last holder has
    /// closed it (close(2)). Until then, its port would stay in use, and clients could still connect. Shutting the socket down
    /// stops it listening for all holders (shutdown(2)).
    /// </summary>
    /// <param name="listener">The socket. A pending accept on it ends with an exception.</param>
    public static void StopListening(this Socket listener)
    {
        try
        {
            listener.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Windows and macOS can shut down only connected sockets; or the socket may already be closed.
        }

        listener.Dispose();
    }
}
