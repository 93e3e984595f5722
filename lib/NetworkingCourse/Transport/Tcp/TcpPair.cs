using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Both ends of one TCP connection on loopback, held by the same hands: for experiments that want to decide what happens at either end, and when.
/// It is stopped with <see cref="RunningServers.StopAllAsync"/>, and a pair of the same name replaces it.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class TcpPair : IStoppable, IAsyncDisposable, IShown
{
    private readonly Socket _listener;
    private readonly int? _buffers;
    private TcpEnd? _client;
    private TcpEnd? _server;

    private TcpPair(string name, int port, int? buffers)
    {
        (Name, _buffers) = (name, buffers);
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Before the handshake, in which each end says how its windows are to be scaled. Accepted sockets inherit it.
            SetBuffers(_listener);
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _listener.Listen(1);
            EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Where the server's end was reached.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The port of the server's end: what a capture of this connection is filtered by.</summary>
    public int Port => EndPoint.Port;

    /// <summary>The end that called.</summary>
    /// <exception cref="InvalidOperationException">They are not connected.</exception>
    public TcpEnd Client => _client ?? throw new InvalidOperationException("Call ConnectAsync first.");

    /// <summary>The end that was called.</summary>
    /// <exception cref="InvalidOperationException">They are not connected.</exception>
    public TcpEnd Server => _server ?? throw new InvalidOperationException("Call ConnectAsync first.");

    string IStoppable.LogSummary => _client is null ? "never connected" : ToString();

    /// <summary>Makes a pair that is not connected yet: its port is known, so that the handshake can be watched.</summary>
    /// <param name="name">Its name; a pair of that name is replaced.</param>
    /// <param name="port">The port of the server's end; 0 lets the system choose.</param>
    /// <param name="buffers">How many bytes each end's send and receive buffers are asked to have (Linux doubles it, socket(7)); what the system chooses, unless told otherwise.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static TcpPair Create(string name = "pair", int port = 0, int? buffers = null) => RunningServers.Replace(name, () => new TcpPair(name, port, buffers));

    /// <summary>Lets the client's end connect and the server's accept. From then on nobody listens any more.</summary>
    /// <param name="deadline">How long this and every later wait of either end may take; 5 seconds unless told otherwise.</param>
    /// <returns>This pair.</returns>
    public async Task<TcpPair> ConnectAsync(TimeSpan? deadline = null)
    {
        if (_client is not null)
        {
            throw new InvalidOperationException("They are connected.");
        }

        using var timer = new CancellationTokenSource(deadline ?? TcpEnd.DefaultDeadline);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SetBuffers(client);
            await client.ConnectAsync(EndPoint, timer.Token).ConfigureAwait(false);
            // Only once both are there: whoever connects first may be a stranger.
            for (var found = false; !found;)
            {
                var accepted = await _listener.AcceptAsync(timer.Token).ConfigureAwait(false);
                found = Equals(accepted.RemoteEndPoint, client.LocalEndPoint);
                _server = found ? new TcpEnd(accepted, deadline) : null;
                (found ? null : accepted)?.Dispose();
            }

            _client = new TcpEnd(client, deadline);
            _listener.StopListening();
            return this;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan? grace = null)
    {
        _listener.StopListening();
        _client?.Close();
        _server?.Close();
        RunningServers.Forget(this);
        return Task.CompletedTask;
    }

    /// <summary>Closes both ends.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private void SetBuffers(Socket socket)
    {
        if (_buffers is { } size)
        {
            (socket.ReceiveBufferSize, socket.SendBufferSize) = (size, size);
        }
    }

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <inheritdoc/>
    public override string ToString() => _client is null ? $"not connected; the server's end is {EndPoint}" : $"client {_client.LocalEndPoint} → server {EndPoint}";
}
