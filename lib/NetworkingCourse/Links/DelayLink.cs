using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Links;

/// <summary>
/// A link with a propagation delay, on loopback. Clients connect to it as they would to the server, and everything that one side
/// sends reaches the other half a round-trip time later, whether it is data, an end of stream or a reset. It records the traffic.
/// </summary>
/// <remarks>
/// The system's own handshake on loopback takes no time, and cannot be delayed. The link therefore adds the time that it would
/// have taken: the server gets the client's first bytes one and a half round trips after the connection was opened, however
/// early they were written, and the client gets the first bytes of a server that speaks first after two. The bandwidth is
/// unlimited.
/// </remarks>
public sealed class DelayLink : NetworkService
{
    /// <summary>The default name of a link.</summary>
    public const string DefaultName = "link";

    /// <summary>The maximum number of connections at once; further ones wait in the accept queue.</summary>
    public const int ConnectionLimit = 1000;

    private const int Backlog = 512;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Listener _listener;
    private readonly ConcurrentDictionary<int, LinkConnection> _connections = new();
    private readonly SemaphoreSlim _free = new(ConnectionLimit);
    private readonly Lock _changing = new();
    private readonly Dictionary<TimeSpan, PreciseDelay> _delays = []; // one for each round-trip time that has been set
    private TimeSpan _roundTrip;

    private DelayLink(IPEndPoint target, TimeSpan roundTrip, string name, int port, string client, string server)
    {
        (Name, Target, Recording) = (name, target, new Recording(client, server, Recording.DefaultBytes));
        RoundTrip = roundTrip;
        _listener = new Listener(port, Backlog);
        EndPoint = _listener.EndPoint;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The endpoint to which clients connect.</summary>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The endpoint of the server.</summary>
    public IPEndPoint Target { get; }

    /// <summary>The recorded traffic, with the times at which each piece was sent and delivered.</summary>
    public Recording Recording { get; }

    /// <summary>The round-trip time. Data in transit keeps the delay with which it was sent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or more than a minute.</exception>
    public TimeSpan RoundTrip
    {
        get
        {
            lock (_changing)
            {
                return _roundTrip;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest);
            lock (_changing)
            {
                _roundTrip = value;
                _delays.TryAdd(value, new PreciseDelay(value / 2, Aborting));
            }
        }
    }

    /// <summary>The number of open connections.</summary>
    public int Open => _connections.Count;

    /// <summary>
    /// Called with each accepted connection, before anything is recorded of it. A connection for which it returns false is reset.
    /// </summary>
    internal Func<LinkConnection, bool>? Accepting { get; set; }

    /// <summary>The number of pieces in transit.</summary>
    internal int InFlight => _connections.Values.Sum(connection => connection.InFlight);

    private protected override string LogSummary => Recording.Summary();

    /// <summary>Starts a link on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="target">The server, on loopback.</param>
    /// <param name="roundTrip">The round-trip time.</param>
    /// <param name="name">The link's name; a server that already runs under it is replaced.</param>
    /// <param name="port">The TCP port; 0 lets the system choose.</param>
    /// <param name="client">The name of the clients in the recording.</param>
    /// <param name="server">The name of the server in the recording.</param>
    /// <exception cref="ArgumentException">The server is not on loopback. The course connects to no other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The round-trip time is negative, or more than a minute.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static DelayLink Start(
        IPEndPoint target,
        TimeSpan roundTrip,
        string name = DefaultName,
        int port = 0,
        string client = "client",
        string server = "server")
    {
        Loopback.Require(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        ArgumentOutOfRangeException.ThrowIfLessThan(roundTrip, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(roundTrip, Longest);
        return Start(name, () => new DelayLink(target, roundTrip, name, port, client, server));
    }

    /// <summary>Returns a description of the link in one line.</summary>
    public override string ToString() =>
        $"{Name}: {EndPoint} → {Target}, round trip {InvariantText.Of(RoundTrip)}; {Recording.Summary()}";

    /// <summary>Waits for half a round trip.</summary>
    /// <exception cref="OperationCanceledException">The link has ended.</exception>
    internal Task OneWayAsync()
    {
        PreciseDelay delay;
        lock (_changing)
        {
            if (_roundTrip == TimeSpan.Zero)
            {
                return Task.CompletedTask;
            }

            delay = _delays[_roundTrip];
        }

        return delay.WaitAsync();
    }

    private protected override async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(Stopping).ConfigureAwait(false);
                if (await AcceptAsync(_listener).ConfigureAwait(false) is not { } client)
                {
                    return;
                }

                var connection = new LinkConnection(this, client, Recording.NextConnection());
                if (Accepting?.Invoke(connection) == false)
                {
                    connection.Dispose();
                    _free.Release();
                    continue;
                }

                _connections[connection.Number] = connection;
                _ = CarryAsync(connection);
            }
        }
        catch (OperationCanceledException)
        {
            // The link is stopping.
        }
    }

    private protected override void AcceptFailed(SocketException exception, string worker) =>
        Recording.Write(connection: 0, fromLeft: false, StreamEventKind.Broken, detail: Failures.Name(exception));

    private async Task CarryAsync(LinkConnection connection)
    {
        await connection.RunAsync().ConfigureAwait(false);
        _connections.TryRemove(connection.Number, out _);
        _free.Release();
    }

    private protected override void StopListening() => _listener.Dispose();

    // Data in transit is still delivered within the grace period.
    private protected override async Task WhenServedAsync()
    {
        await base.WhenServedAsync().ConfigureAwait(false);
        await Task.WhenAll(_connections.Values.Select(connection => connection.DeliveredAsync(Grace))).ConfigureAwait(false);
    }

    private protected override async ValueTask ReleaseAsync()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }

        await Task.WhenAll(_connections.Values.Select(connection => connection.Ended)).ConfigureAwait(false);
        foreach (var delay in _delays.Values)
        {
            delay.Dispose();
        }
    }
}
