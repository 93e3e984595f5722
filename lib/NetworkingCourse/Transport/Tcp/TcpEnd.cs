using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// One end of a TCP connection on loopback, in the words of the sockets interface: connect, send, receive, shut down, close, reset. Every wait has a deadline.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class TcpEnd : IShown, IAsyncDisposable
{
    /// <summary>How long an end waits for the other, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    internal TcpEnd(Socket socket, TimeSpan? deadline = null)
    {
        Socket = socket;
        Deadline = deadline ?? DefaultDeadline;
        // They are asked for after the connection has gone, too.
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
        // Now, because .NET makes none for a socket whose sending half is closed.
        Stream = new NetworkStream(socket, ownsSocket: false);
    }

    /// <summary>The socket itself.</summary>
    public Socket Socket { get; }

    /// <summary>How long each wait may take.</summary>
    public TimeSpan Deadline { get; }

    /// <summary>The socket's name: this end's address and port.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The socket's peer: the other end's address and port.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>What comes, to be read in order.</summary>
    internal Stream Stream { get; }

    /// <summary>What the system knows of this connection; null where it does not tell, and when the end is closed.</summary>
    public TcpInfo? Info => Socket.SafeHandle.IsClosed ? null : TcpInfo.Of(Socket);

    /// <summary>Connects to a server on loopback.</summary>
    /// <param name="server">Where it listens.</param>
    /// <param name="deadline">How long this and every later wait may take; 5 seconds unless told otherwise.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address; the course talks to nobody else.</exception>
    /// <exception cref="SocketException">Nobody listens there (ConnectionRefused).</exception>
    /// <exception cref="TimeoutException">The handshake did not end within the deadline.</exception>
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

    /// <summary>Sends text in ASCII, all of it.</summary>
    /// <inheritdoc cref="SendAsync(ReadOnlyMemory{byte})"/>
    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends bytes, all of them: a single call of the system may take fewer.</summary>
    /// <exception cref="SocketException">The connection is gone (ConnectionReset, Shutdown).</exception>
    /// <exception cref="TimeoutException">The system did not take them all within the deadline: the other side does not read.</exception>
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
            throw new TimeoutException(InvariantText.Format($"{bytes.Length - left.Length:N0} of {Octets.Count(bytes.Length)} could be sent within {Deadline.TotalSeconds:0.###} s."));
        }
    }

    /// <summary>Sends until the system takes no more for as long as the deadline: then the buffers between the two ends are full.</summary>
    /// <returns>How many bytes the system has taken.</returns>
    /// <exception cref="SocketException">The connection is gone.</exception>
    public async Task<int> FillAsync()
    {
        var sent = 0;
        while (true)
        {
            using var timer = new CancellationTokenSource(Deadline);
            try
            {
                // Small pieces: of a large one that is taken in part, nobody learns how much was.
                sent += await Socket.SendAsync(new byte[512], SocketFlags.None, timer.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return sent;
            }
        }
    }

    /// <summary>Receives what is there, or the next bytes to come; as text in ASCII.</summary>
    /// <param name="most">How many bytes at the most.</param>
    /// <returns>The text; empty if the other side has closed its sending half, and nothing more will come.</returns>
    /// <exception cref="SocketException">The connection is gone (ConnectionReset).</exception>
    /// <exception cref="TimeoutException">Nothing came within the deadline.</exception>
    public async Task<string> ReceiveAsync(int most = 4096)
    {
        var buffer = new byte[most];
        using var timer = new CancellationTokenSource(Deadline);
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await Socket.ReceiveAsync(buffer, SocketFlags.None, timer.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format($"Nothing came within {Deadline.TotalSeconds:0.###} s."));
        }
    }

    /// <summary>Receives exactly this many bytes, in as many reads as it takes; as text in ASCII.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="EndOfStreamException">The other side closed before; the message says how many had come.</exception>
    /// <exception cref="SocketException">The connection is gone (ConnectionReset).</exception>
    /// <exception cref="TimeoutException">They did not all come within the deadline.</exception>
    public async Task<string> ReceiveExactlyAsync(int count)
    {
        using var timer = new CancellationTokenSource(Deadline);
        try
        {
            return Encoding.ASCII.GetString(await Exactly.ReadAsync(Stream, count, timer.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(InvariantText.Format($"Fewer than {Octets.Count(count)} came within {Deadline.TotalSeconds:0.###} s."));
        }
        catch (IOException exception) when (exception.InnerException is SocketException cause)
        {
            throw cause;
        }
    }

    /// <summary>Closes the sending half (a FIN): nothing more is sent from here, and whatever comes is still received.</summary>
    public void ShutdownSend() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes it: the sending half with a FIN; what comes now is answered with a reset.</summary>
    public void Close() => Socket.Dispose();

    /// <summary>Breaks the connection off with a reset (RST), whatever is under way: closes it with a linger time of 0 s.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Socket.Dispose();
    }

    /// <summary>Closes it.</summary>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The two ends: <c>127.0.0.1:50312 → 127.0.0.1:40123</c>.</summary>
    public override string ToString() => $"{LocalEndPoint} → {RemoteEndPoint}";
}
