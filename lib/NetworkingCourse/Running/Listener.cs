using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse;

/// <summary>
/// A listening socket. Accepting returns null when the server is stopping, and throws only errors that the server should report.
/// Any number of threads may accept at once.
/// </summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket;
    private readonly bool _isShared;
    private volatile bool _closed;

    /// <summary>Binds to loopback and listens. Clients can connect as soon as this returns.</summary>
    /// <exception cref="SocketException">The bind failed, for example with AddressAlreadyInUse.</exception>
    public Listener(int port, int backlog)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // SO_REUSEADDR is not set here. On Unix, .NET sets it for listeners, so that connections in TIME_WAIT do not block
            // the port; on Windows, the option of that name would let two servers share a port by accident.
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _socket.Listen(backlog);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Uses a socket that is already bound and that other processes may also be listening on.</summary>
    public Listener(Socket bound, bool isShared) => (_socket, _isShared) = (bound, isShared);

    /// <summary>The socket, for servers that wait on it by other means.</summary>
    public Socket Socket => _socket;

    /// <summary>Whether an accept would return immediately.</summary>
    public bool HasWaiting => _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Accepts the next connection from the accept queue; blocks while the queue is empty.</summary>
    /// <returns>The connection, or null if the listener was closed.</returns>
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
                // Another process has shut down the socket, as happens when all of them stop.
                return null;
            }
            catch (SocketException exception) when (IsTransientAcceptError(exception.SocketErrorCode))
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
            catch (SocketException exception) when (IsTransientAcceptError(exception.SocketErrorCode))
            {
            }
        }
    }

    /// <summary>Starts to accept the next connection; the socket calls back through <paramref name="acceptance"/>.</summary>
    /// <returns>False if the accept completed synchronously and there will be no callback.</returns>
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

    /// <summary>
    /// Stops listening. This wakes any blocked accept; the system resets connections still in the accept queue.
    /// </summary>
    public void Dispose()
    {
        _closed = true;
        if (_isShared)
        {
            // Other processes listen on the same socket and carry on.
            _socket.Dispose();
        }
        else
        {
            _socket.StopListening();
        }
    }

    /// <summary>
    /// Whether an accept failed only because the client reset its connection while it was in the accept queue, so that the next
    /// accept may succeed.
    /// </summary>
    public static bool IsTransientAcceptError(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Interrupted;
}
