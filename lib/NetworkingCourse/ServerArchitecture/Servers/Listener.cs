using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The listening socket. Accepting answers null for "we are stopping" and throws only for what the server should say aloud.
/// Any number of threads may accept on it at once.
/// </summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket;
    private volatile bool _closed;

    /// <summary>Binds to loopback and listens. When this returns, clients can connect.</summary>
    /// <exception cref="SocketException">For instance AddressAlreadyInUse: somebody else has the port.</exception>
    public Listener(int port, int backlog)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // No SO_REUSEADDR here: on Unix .NET sets it by itself for a listener, so that connections in TIME_WAIT do not hold the
            // port; on Windows the option of that name would let two servers share a port, which nobody wants.
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _socket.Listen(backlog);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Takes the next finished handshake from the accept queue; blocks while there is none.</summary>
    /// <returns>The connection; or null: the listener was closed.</returns>
    public Socket? Accept()
    {
        while (true)
        {
            try
            {
                return _socket.Accept();
            }
            catch (Exception exception) when (_closed && exception is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (IsPeersDoing(exception))
            {
            }
        }
    }

    /// <inheritdoc cref="Accept"/>
    public async ValueTask<Socket?> AcceptAsync()
    {
        while (true)
        {
            try
            {
                return await _socket.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (_closed && exception is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (IsPeersDoing(exception))
            {
            }
        }
    }

    /// <summary>Stops listening. Whoever is blocked in an accept is woken; handshakes that nobody has accepted yet are reset by the system.</summary>
    public void Dispose()
    {
        _closed = true;
        _socket.Dispose();
    }

    // A client that reset its connection while it was in the accept queue: the next one may be fine.
    private static bool IsPeersDoing(SocketException exception) =>
        exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Interrupted;
}
