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
    private readonly bool _isShared;
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

    /// <summary>Takes part in a socket that somebody else has bound, and that other processes listen on as well.</summary>
    public Listener(Socket bound, bool isShared) => (_socket, _isShared) = (bound, isShared);

    /// <summary>The socket, for those that wait for it in ways of their own.</summary>
    public Socket Socket => _socket;

    /// <summary>Whether an accept would return at once.</summary>
    public bool HasWaiting => _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

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
            catch (SocketException exception) when (_isShared && exception.SocketErrorCode == SocketError.InvalidArgument)
            {
                // Another process has shut the socket down, as happens when all of them stop.
                return null;
            }
            catch (SocketException exception) when (IsPeersDoing(exception.SocketErrorCode))
            {
            }
        }
    }

    /// <inheritdoc cref="Accept"/>
    public async ValueTask<Socket?> AcceptAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            try
            {
                return await _socket.AcceptAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (Exception exception) when (_closed && exception is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (IsPeersDoing(exception.SocketErrorCode))
            {
            }
        }
    }

    /// <summary>Takes the next finished handshake by a callback: the socket calls back as <paramref name="acceptance"/> says.</summary>
    /// <returns>False: it is over already, and nobody will call back.</returns>
    public bool BeginAccept(SocketAsyncEventArgs acceptance)
    {
        try
        {
            return _socket.AcceptAsync(acceptance);
        }
        catch (ObjectDisposedException)
        {
            acceptance.SocketError = SocketError.OperationAborted;
            return false;
        }
    }

    /// <summary>Stops listening. Whoever is blocked in an accept is woken; handshakes that nobody has accepted yet are reset by the system.</summary>
    public void Dispose()
    {
        _closed = true;
        if (_isShared)
        {
            // Other processes listen on it too, and go on.
            _socket.Dispose();
        }
        else
        {
            _socket.StopListening();
        }
    }

    /// <summary>Whether an accept failed because of a client that reset its connection while it was in the accept queue: the next one may be fine.</summary>
    public static bool IsPeersDoing(SocketError error) => error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Interrupted;
}
