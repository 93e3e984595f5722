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
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="backlog">The length of the accept queue.</param>
    /// <param name="sharesPort">Whether <see cref="OpenAnother"/> may open further listeners on the port.</param>
    /// <exception cref="SocketException">The bind failed, for example with AddressAlreadyInUse.</exception>
    public Listener(int port, int backlog, bool sharesPort = false)
        : this(Open(port, backlog, joins: false, sharesPort), isShared: false)
    {
    }

    /// <summary>Uses a socket that is already bound.</summary>
    /// <param name="bound">The socket.</param>
    /// <param name="isShared">Whether other processes may also be listening on it.</param>
    public Listener(Socket bound, bool isShared) => (_socket, _isShared) = (bound, isShared);

    /// <summary>The socket, for servers that wait on it by other means.</summary>
    public Socket Socket => _socket;

    /// <summary>Whether an accept would return immediately.</summary>
    public bool HasWaiting => _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>
    /// Opens another listening socket on the port of this one, which must share it. It has an accept queue of its own, and the
    /// system chooses one of the sockets for each new connection (SO_REUSEPORT, socket(7)).
    /// </summary>
    /// <exception cref="SocketException">The bind failed.</exception>
    public Listener OpenAnother(int backlog) =>
        new(Open(EndPoint.Port, backlog, joins: true, sharesPort: true), isShared: false);

    /// <summary>
    /// Accepts the next connection from the accept queue; blocks while the queue is empty. If that would leave the process with
    /// too few descriptors, it fails with TooManyOpenSockets, and the connection stays in the queue.
    /// </summary>
    /// <returns>The connection, or null if the listener was closed.</returns>
    public Socket? Accept()
    {
        while (true)
        {
            try
            {
                DescriptorLimit.ThrowIfNear();
                return Noted(_socket.Accept());
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
                DescriptorLimit.ThrowIfNear();
                return Noted(await _socket.AcceptAsync(cancellation).ConfigureAwait(false));
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

    /// <summary>
    /// Accepts the next connection. After an error, it pauses and tries again. If the process is out of descriptors (EMFILE,
    /// accept(2)), the connection stays in the accept queue: without the pause, accept would fail over and over, on a busy core.
    /// </summary>
    /// <param name="failed">Called with each error.</param>
    /// <param name="stopping">Ends the pause early.</param>
    /// <returns>The connection, or null if the listener was closed.</returns>
    public async ValueTask<Socket?> AcceptAsync(Action<SocketException> failed, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await AcceptAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                failed(exception);
                await Task.Delay(NetworkService.FailurePause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Starts to accept the next connection; the socket calls back through <paramref name="acceptance"/>.</summary>
    /// <returns>False if the accept completed synchronously and there will be no callback.</returns>
    public bool BeginAccept(SocketAsyncEventArgs acceptance)
    {
        try
        {
            DescriptorLimit.ThrowIfNear();
            return _socket.AcceptAsync(acceptance);
        }
        catch (SocketException exception)
        {
            acceptance.SocketError = exception.SocketErrorCode;
            return false;
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

    private static Socket Noted(Socket accepted)
    {
        DescriptorLimit.Note(accepted);
        return accepted;
    }

    private static Socket Open(int port, int backlog, bool joins, bool sharesPort)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (joins)
            {
                ShareThePort(socket);
            }

            // SO_REUSEADDR is not set here. On Unix, .NET sets it for listeners, so that connections in TIME_WAIT do not block
            // the port; on Windows, the option of that name would let two servers share a port by accident.
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            if (sharesPort && !joins)
            {
                // Only after the bind, which has to fail if another server has the port, even one that would share it. From here
                // on, other processes of the same user could join in, too, but those of no other user (socket(7)).
                ShareThePort(socket);
            }

            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void ShareThePort(Socket socket)
    {
        const int socketLevel = 1; // SOL_SOCKET of Linux
        const int reusePort = 15;  // SO_REUSEPORT of Linux
        socket.SetRawSocketOption(socketLevel, reusePort, BitConverter.GetBytes(1));
    }
}
