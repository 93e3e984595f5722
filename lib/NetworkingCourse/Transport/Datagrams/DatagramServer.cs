using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The base of all UDP servers: one socket on loopback, one datagram handled at a time, a log, and an orderly stop. There are no
/// connections: the server has one socket for all its clients, and knows them only by the source address of each datagram.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public abstract class DatagramServer : IStoppable, IAsyncDisposable, IShown
{
    // The maximum length of a datagram, so that none is truncated.
    private const int LongestDatagram = 65_535;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private Task _serving = Task.CompletedTask;
    private Task? _stop;

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
    public string Name { get; }

    /// <inheritdoc/>
    public IPEndPoint EndPoint { get; }

    /// <summary>The events so far.</summary>
    public DatagramLog Log { get; } = new();

    /// <summary>Whether the server has stopped serving.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    string IStoppable.LogSummary => Log.Summary();

    /// <summary>Handles a datagram.</summary>
    /// <param name="datagram">The content of the datagram; valid until the task ends.</param>
    /// <param name="from">The sender.</param>
    private protected abstract ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint from);

    /// <summary>Releases whatever the server holds besides its socket.</summary>
    private protected virtual ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    /// <summary>Starts a server under its name, after stopping any server running under that name.</summary>
    private protected static T Start<T>(string name, Func<T> create)
        where T : DatagramServer
    {
        var server = RunningServers.Replace(name, create);
        server.Log.Write(DatagramEventKind.Listening, detail: $"on {server.EndPoint}");
        using (Detached.Begin())
        {
            server._serving = Task.Run(server.ServeAsync);
        }

        return server;
    }

    /// <summary>Sends a datagram. A failure is logged and otherwise ignored, since UDP promises nothing.</summary>
    private protected async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> datagram, IPEndPoint to)
    {
        try
        {
            await _socket.SendToAsync(datagram, SocketFlags.None, to, _stopping.Token).ConfigureAwait(false);
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
    public Task StopAsync(TimeSpan? grace = null)
    {
        lock (_gate)
        {
            return _stop ??= Task.Run(StopCoreAsync);
        }
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public string ToHtml() => new Table(
        ["server", "listens on (UDP)", "log"],
        [[Name, IsStopping ? "stopped" : EndPoint, Log.Summary()]]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {(IsStopping ? "stopped" : "listening on UDP")} {EndPoint}";

    private async Task ServeAsync()
    {
        var buffer = new byte[LongestDatagram];
        var anyone = new IPEndPoint(
            EndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
            0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var received = await _socket
                    .ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stopping.Token)
                    .ConfigureAwait(false);
                await HandleAsync(buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint)
                    .ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Windows reports here that an earlier reply reached a closed port. That concerns only the client in question.
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                Log.Write(DatagramEventKind.Failed, detail: $"{exception.GetType().Name}: {exception.Message}");
                await Task.Delay(PauseAfterFailure, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return; // the server is stopping
            }
        }
    }

    private async Task StopCoreAsync()
    {
        Log.Write(DatagramEventKind.Stopping);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        await ReleaseAsync().ConfigureAwait(false);
        RunningServers.Forget(this);
        Log.Write(DatagramEventKind.Stopped);
    }
}
