using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The base of all UDP servers: one socket on loopback, one datagram handled at a time, a log, and an orderly stop. There are no
/// connections: the server has one socket for all its clients, and knows them only by the source address of each datagram.
/// </summary>
public abstract class DatagramServer : NetworkService
{
    private readonly Socket _socket;

    /// <summary>Creates the server and binds its socket.</summary>
    /// <param name="name">The name under which the server runs.</param>
    /// <param name="endPoint">The address to bind to, which must be on loopback; port 0 lets the system choose.</param>
    /// <param name="share">Whether other sockets may bind to the same address and port.</param>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    private protected DatagramServer(string name, IPEndPoint endPoint, bool share = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Loopback.Require(endPoint);
        Name = name;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (share)
            {
                _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }

            _socket.Bind(endPoint);
            EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The events so far.</summary>
    public DatagramLog Log { get; } = new();

    /// <summary>Handles a datagram.</summary>
    /// <param name="datagram">The content of the datagram; valid until the task ends.</param>
    /// <param name="from">The sender.</param>
    private protected abstract ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint from);

    /// <summary>Sends a datagram. A failure is logged and otherwise ignored, since UDP promises nothing.</summary>
    private protected async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint to)
    {
        try
        {
            await _socket.SendToAsync(datagram, SocketFlags.None, to, Stopping).ConfigureAwait(false);
            return true;
        }
        catch (SocketException exception)
        {
            Log.Write(DatagramEventKind.Failed, to, datagram.Length, $"sending: {exception.Message}");
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToHtml() => new Table(
        ["server", "listens on (UDP)", "log"],
        [[Name, IsStopping ? "stopped" : EndPoint, Log.Summary()]]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {(IsStopping ? "stopped" : "listening on UDP")} {EndPoint}";

    private protected override Task ServeAsync() => DatagramLoop.RunAsync(
        _socket,
        HandleAsync,
        exception => Log.Write(DatagramEventKind.Failed, detail: $"{exception.GetType().Name}: {exception.Message}"),
        Stopping);

    private protected override string LogSummary => Log.Summary();

    private protected override void LogListening() => Log.Write(DatagramEventKind.Listening, detail: $"on {EndPoint}");

    private protected override void LogStopping() => Log.Write(DatagramEventKind.Stopping);

    private protected override void LogStopped() => Log.Write(DatagramEventKind.Stopped);

    private protected override ValueTask ReleaseAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
