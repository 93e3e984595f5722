using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Links;

/// <summary>
/// A long wire on loopback: clients connect to it as they would to the server, and whatever either side sends arrives at the other one half of the round-trip time
/// later; bytes, ends and resets alike. It records what passes.
/// </summary>
/// <remarks>
/// The system's own handshake on loopback takes no time, and nobody can delay it. So the link keeps account of what it would have taken: the server gets the client's first bytes one and a half
/// round trips after the connection was opened, however early they were written, and the client gets the first bytes of a server that speaks first after two. Nothing limits how many bytes a second it carries.
/// </remarks>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class DelayLink : IStoppable, IAsyncDisposable, IShown
{
    /// <summary>The name of a link that is given none.</summary>
    public const string DefaultName = "link";

    /// <summary>How many connections it carries at once; the next ones wait in the accept queue.</summary>
    public const int ConnectionLimit = 1000;

    private const int Backlog = 512;
    private static readonly TimeSpan AcceptAgainAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Listener _listener;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<int, LinkConnection> _connections = new();
    private readonly SemaphoreSlim _free = new(ConnectionLimit);
    private readonly Lock _changing = new();
    private readonly Dictionary<TimeSpan, PreciseDelay> _delays = []; // one for each round-trip time there was
    private readonly Task _accepting;
    private TimeSpan _roundTrip;
    private Task? _stopped;

    private DelayLink(IPEndPoint target, TimeSpan roundTrip, string name, int port, string client, string server)
    {
        (Name, Target, Recording) = (name, target, new Recording(client, server, Recording.DefaultBytes));
        RoundTrip = roundTrip;
        _listener = new Listener(port, Backlog);
        EndPoint = _listener.EndPoint;
        using (Detached.Begin())
        {
            _accepting = Task.Run(AcceptAllAsync);
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where the server is.</summary>
    public IPEndPoint Target { get; }

    /// <summary>What passed, with the time each piece was sent and the time it was delivered.</summary>
    public Recording Recording { get; }

    /// <summary>The round-trip time. What is under way keeps the delay with which it set out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or more than a minute.</exception>
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
                _delays.TryAdd(value, new PreciseDelay(value / 2, _ended.Token));
            }
        }
    }

    /// <summary>How many connections it carries now.</summary>
    public int Open => _connections.Count;

    /// <summary>How many pieces are under way.</summary>
    internal int UnderWay => _connections.Values.Sum(connection => connection.UnderWay);

    string IStoppable.LogSummary => Recording.Summary();

    /// <summary>Starts a link on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="target">The server, on loopback.</param>
    /// <param name="roundTrip">The round-trip time.</param>
    /// <param name="name">Its name; a server running under that name is replaced.</param>
    /// <param name="port">The TCP port; 0 lets the system choose.</param>
    /// <param name="client">What the recording calls the clients.</param>
    /// <param name="server">What the recording calls the server.</param>
    /// <exception cref="ArgumentException">The server is not on loopback; the course talks to nobody else.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The round-trip time is negative, or more than a minute.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static DelayLink Start(IPEndPoint target, TimeSpan roundTrip, string name = DefaultName, int port = 0, string client = "client", string server = "server")
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!IPAddress.IsLoopback(target.Address))
        {
            throw new ArgumentException($"{target} is not on loopback. The course talks to this machine only.", nameof(target));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(roundTrip, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(roundTrip, Longest);
        return RunningServers.Replace(name, () => new DelayLink(target, roundTrip, name, port, client, server));
    }

    /// <summary>Stops it. What is under way is still delivered, if that takes no longer than the grace time; then every connection is reset.</summary>
    /// <param name="grace">How long to wait; 2 seconds unless told otherwise.</param>
    /// <returns>A task that ends when everything it had is given back.</returns>
    public Task StopAsync(TimeSpan? grace = null)
    {
        var limit = grace ?? Server.DefaultGrace;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(grace));
        lock (_changing)
        {
            return _stopped ??= EndAsync(limit);
        }
    }

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The link in one line.</summary>
    public override string ToString() => $"{Name}: {EndPoint} → {Target}, round trip {InvariantText.Of(RoundTrip)}; {Recording.Summary()}";

    /// <summary>Ends after half a round trip.</summary>
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

    private async Task AcceptAllAsync()
    {
        try
        {
            do
            {
                await _free.WaitAsync(_ended.Token).ConfigureAwait(false);
            }
            while (await AcceptAsync().ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // It is stopping.
        }
    }

    private async Task<bool> AcceptAsync()
    {
        try
        {
            if (await _listener.AcceptAsync(_ended.Token).ConfigureAwait(false) is not { } client)
            {
                return false;
            }

            var connection = new LinkConnection(this, client, Recording.NextConnection());
            _connections[connection.Number] = connection;
            _ = CarryAsync(connection);
        }
        catch (SocketException exception)
        {
            // The system would not hand out a connection, for instance because the process has no descriptor left. It may have one later.
            Recording.Write(connection: 0, fromLeft: false, StreamEventKind.Broken, detail: Failures.Name(exception));
            _free.Release();
            await Task.Delay(AcceptAgainAfter, _ended.Token).ConfigureAwait(false);
        }

        return true;
    }

    private async Task CarryAsync(LinkConnection connection)
    {
        await connection.RunAsync().ConfigureAwait(false);
        _connections.TryRemove(connection.Number, out _);
        _free.Release();
    }

    private async Task EndAsync(TimeSpan grace)
    {
        _listener.Dispose();
        await Task.WhenAll(_connections.Values.Select(connection => connection.DeliveredAsync(grace))).ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }

        await Task.WhenAll(_connections.Values.Select(connection => connection.Ended)).ConfigureAwait(false);
        foreach (var delay in _delays.Values)
        {
            delay.Dispose();
        }

        RunningServers.Forget(this);
    }
}
