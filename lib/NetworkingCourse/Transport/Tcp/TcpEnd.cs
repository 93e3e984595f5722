using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// One end of a TCP connection on loopback, with the operations of the sockets interface: connect, send, receive, shut down,
/// close, reset. Every wait has a timeout.
/// </summary>
public sealed class TcpEnd : Shown, IAsyncDisposable
{
    /// <summary>The default timeout of each wait.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    internal TcpEnd(Socket socket, TimeSpan? deadline = null)
    {
        Socket = socket;
        Deadline = deadline ?? DefaultDeadline;
        // Saved, because they are needed even after the socket is closed.
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
        // Created now, because .NET cannot create one for a socket whose sending side is shut down.
        Stream = new NetworkStream(socket, ownsSocket: false);
    }

    /// <summary>The underlying socket.</summary>
    public Socket Socket { get; }

    /// <summary>The timeout of each wait.</summary>
    public TimeSpan Deadline { get; }

    /// <summary>The address and port of this end (the socket name).</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The address and port of the other end (the socket peer).</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>The incoming data as a stream.</summary>
    internal Stream Stream { get; }

    /// <summary>
    /// The system's information on this connection; null where the system does not provide it, or once this end is closed.
    /// </summary>
    public TcpInfo? Info => Socket.SafeHandle.IsClosed ? null : TcpInfo.Of(Socket);

    /// <summary>Connects to a server on loopback.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="deadline">The timeout of this and every later wait; 5 seconds by default.</param>
    /// <exception cref="ArgumentException">The address is not on loopback, and the course connects to nothing else.</exception>
    /// <exception cref="SocketException">Nothing listens there (ConnectionRefused).</exception>
    /// <exception cref="TimeoutException">The handshake did not finish within the deadline.</exception>
    public static async Task<TcpEnd> ConnectAsync(IPEndPoint server, TimeSpan? deadline = null)
    {
        Loopback.Require(server);
        var limit = deadline ?? DefaultDeadline;
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var timer = new CancellationTokenSource(limit);
            await socket.ConnectAsync(server, timer.Token).ConfigureAwait(false);
            return new TcpEnd(socket, limit);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw new TimeoutException(InvariantText.Format($"No connection to {server} within {limit.TotalSeconds:0.###} s."));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends all of an ASCII text.</summary>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte})"/>
    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends all of the bytes, although a single system call may accept fewer.</summary>
    /// <exception cref="SocketException">The connection is gone (ConnectionReset, Shutdown).</exception>
    /// <exception cref="TimeoutException">
    /// The system did not accept all bytes within the deadline, because the other side does not read.
    /// </exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var left = bytes;
        using var timer = new CancellationTokenSource(Deadline);
        try
        {
            while (left.Length > 0)
            {
                left = left[await Socket.SendAsync(left, SocketFlags.None, timer.Token).ConfigureAwait(false)..];
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                InvariantText.Format($"{bytes.Length - left.Length:N0} of {Octets.Count(bytes.Length)} could be sent ")
                + InvariantText.Format($"within {Deadline.TotalSeconds:0.###} s."));
        }
    }

    /// <summary>
    /// Sends until the system accepts no more for the length of the deadline, which means that the buffers
    /// between the two ends are full.
    /// </summary>
    /// <returns>The number of bytes that the system accepted.</returns>
    /// <exception cref="SocketException">The connection is gone.</exception>
    public async Task<int> FillAsync()
    {
        var sent = 0;
        while (true)
        {
            using var timer = new CancellationTokenSource(Deadline);
            try
            {
                // Small pieces, because a large write that is cancelled halfway does not reveal how
                // many bytes the system accepted.
                sent += await Socket.SendAsync(new byte[512], SocketFlags.None, timer.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return sent;
            }
        }
    }

    /// <summary>Receives the available bytes, or waits for the next ones, as ASCII text.</summary>
    /// <param name="maxBytes">The maximum number of bytes.</param>
    /// <returns>The text; empty if the other side has shut down sending, so that nothing more will arrive.</returns>
    /// <exception cref="SocketException">The connection is gone (ConnectionReset).</exception>
    /// <exception cref="TimeoutException">Nothing arrived within the deadline.</exception>
    public async Task<string> ReceiveAsync(int maxBytes = 4096)
    {
        var buffer = new byte[maxBytes];
        using var timer = new CancellationTokenSource(Deadline);
        try
        {
            var count = await Socket.ReceiveAsync(buffer, SocketFlags.None, timer.Token).ConfigureAwait(false);
            return Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (OperationCanceledException)
        {
            throw NothingArrived();
        }
    }

    /// <summary>Waits until data or the end of the stream has arrived, and leaves it to be received.</summary>
    /// <exception cref="SocketException">The connection is gone (ConnectionReset).</exception>
    /// <exception cref="TimeoutException">Nothing arrived within the deadline.</exception>
    public async Task WaitForDataAsync()
    {
        using var timer = new CancellationTokenSource(Deadline);
        try
        {
            await Socket.ReceiveAsync(new byte[1], SocketFlags.Peek, timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw NothingArrived();
        }
    }

    /// <summary>Receives exactly the given number of bytes, in as many reads as necessary, as ASCII text.</summary>
    /// <param name="count">The number of bytes.</param>
    /// <exception cref="EndOfStreamException">
    /// The other side closed early; the message says how many bytes had arrived.
    /// </exception>
    /// <exception cref="SocketException">The connection is gone (ConnectionReset).</exception>
    /// <exception cref="TimeoutException">The bytes did not all arrive within the deadline.</exception>
    public async Task<string> ReceiveExactlyAsync(int count)
    {
        using var timer = new CancellationTokenSource(Deadline);
        try
        {
            return Encoding.ASCII.GetString(await Exactly.ReadAsync(Stream, count, timer.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format(
                $"Fewer than {Octets.Count(count)} arrived within {Deadline.TotalSeconds:0.###} s."));
        }
        catch (IOException exception) when (exception.InnerException is SocketException cause)
        {
            throw cause;
        }
    }

    /// <summary>Shuts down sending (with a FIN): this end sends no more, but still receives.</summary>
    public void ShutdownSend() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>
    /// Closes this end: sending ends with a FIN, and anything that arrives from now on is answered with a reset.
    /// </summary>
    public void Close() => Socket.Dispose();

    /// <summary>
    /// Aborts the connection with a reset (RST), discarding data in flight: closes it with a linger time of 0 s.
    /// </summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Socket.Dispose();
    }

    /// <summary>Closes this end.</summary>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>The two ends: <c>127.0.0.1:50312 → 127.0.0.1:40123</c>.</summary>
    public override string ToString() => $"{LocalEndPoint} → {RemoteEndPoint}";

    private TimeoutException NothingArrived() =>
        new(InvariantText.Format($"Nothing arrived within {Deadline.TotalSeconds:0.###} s."));
}
