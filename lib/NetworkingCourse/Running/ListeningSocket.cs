using System.Net.Sockets;

namespace NetworkingCourse;

/// <summary>What a socket that listens needs beyond what <see cref="Socket"/> does.</summary>
internal static class ListeningSocket
{
    /// <summary>
    /// Stops listening, and closes the socket. On Unix, closing alone is not enough while this process starts another one: between fork and
    /// exec the child holds every descriptor of its parent, and a socket listens until the last holder has closed it (close(2)). Until then
    /// its port would be taken, and clients would get in. Shutting it down ends the listening for all holders (shutdown(2)).
    /// </summary>
    /// <param name="listener">The socket. An accept that waits on it ends with an exception.</param>
    public static void StopListening(this Socket listener)
    {
        try
        {
            listener.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Windows and macOS shut down only what is connected; and a socket may be closed already.
        }

        listener.Dispose();
    }
}
