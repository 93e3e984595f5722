using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>
/// Both ends of one TCP connection on loopback, for experiments that control what happens at either end, and when.
/// <see cref="RunningServers.StopAllAsync"/> stops it, and a new pair of the same name replaces it.
/// </summary>
public sealed class TcpPair : NetworkService
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
            // Set before the handshake, in which each end announces its window scale. Accepted sockets inherit the setting.
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
    public override string Name { get; }

    /// <summary>The address of the server's end.</summary>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The port of the server's end, by which to filter a capture of this connection.</summary>
    public int Port => EndPoint.Port;

    /// <summary>The end that initiated the connection.</summary>
    /// <exception cref="InvalidOperationException">The pair is not connected.</exception>
    public TcpEnd Client => _client ?? throw new InvalidOperationException("Call ConnectAsync first.");

    /// <summary>The end that accepted the connection.</summary>
    /// <exception cref="InvalidOperationException">The pair is not connected.</exception>
    public TcpEnd Server => _server ?? throw new InvalidOperationException("Call ConnectAsync first.");

    /// <summary>The relay through which the client connects; null if it connects directly.</summary>
    internal TcpRelay? Relay { get; set; }

    private protected override string LogSummary => _client is null ? "never connected" : ToString();

    /// <summary>Creates a pair that is not connected yet. Its port is known, so the handshake can be captured.</summary>
    /// <param name="name">The pair's name. A pair of the same name is replaced.</param>
    /// <param name="port">The port of the server's end; 0 lets the system choose.</param>
    /// <param name="buffers">
    /// The requested size of each end's send and receive buffers in bytes (Linux doubles it, socket(7)); by default the system's.
    /// </param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static TcpPair Create(string name = "pair", int port = 0, int? buffers = null) =>
        Start(name, () => new TcpPair(name, port, buffers));

    /// <summary>Connects the client's end and accepts at the server's. Afterwards the port no longer listens.</summary>
    /// <param name="deadline">The timeout of this and every later wait at either end; 5 seconds by default.</param>
    /// <returns>This pair.</returns>
    public async Task<TcpPair> ConnectAsync(TimeSpan? deadline = null)
    {
        if (_client is not null)
        {
            throw new InvalidOperationException("The pair is already connected.");
        }

        using var timer = new CancellationTokenSource(deadline ?? TcpEnd.DefaultDeadline);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SetBuffers(client);
            await client.ConnectAsync(Relay?.EndPoint ?? EndPoint, timer.Token).ConfigureAwait(false);
            // The two ends must match: the first connection to arrive may be a stranger's.
            for (var found = false; !found;)
            {
                var accepted = await _listener.AcceptAsync(timer.Token).ConfigureAwait(false);
                found = Relay is null
                    ? Equals(accepted.RemoteEndPoint, client.LocalEndPoint)
                    : await Relay.CarriesAsync(accepted.RemoteEndPoint, client.LocalEndPoint).ConfigureAwait(false);
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

    private protected override void StopListening() => _listener.StopListening();

    private protected override ValueTask ReleaseAsync()
    {
        _client?.Close();
        _server?.Close();
        return ValueTask.CompletedTask;
    }

    private void SetBuffers(Socket socket)
    {
        if (_buffers is { } size)
        {
            (socket.ReceiveBufferSize, socket.SendBufferSize) = (size, size);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _client is null
        ? $"not connected; the server's end is {EndPoint}"
        : $"client {_client.LocalEndPoint} → server {EndPoint}";
}
