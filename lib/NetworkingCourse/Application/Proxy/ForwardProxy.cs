using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A forward proxy (RFC 9110, section 3.7): it sends requests on behalf of its clients. It reads and forwards a request in
/// absolute-form, and returns the response. For TLS, a client asks it for a tunnel, through which it relays bytes that it cannot
/// read. It leads to the names of the course and nowhere else.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ForwardProxy : IStoppable, IAsyncDisposable, IShown
{
    /// <summary>The name of the proxy in the Via field of messages that it forwards (RFC 9110, section 7.6.3).</summary>
    public const string Pseudonym = "course-proxy";

    private const int Backlog = 1024;
    private const int KeptTunnels = 64;

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<Task, ProxyPeer> _conversations = new();
    private readonly ConcurrentQueue<Tunnel> _tunnels = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly Lock _gate = new();
    private readonly Socket _listener;
    private Task _accepting = Task.CompletedTask;
    private Task? _stop;

    private ForwardProxy(CourseNames names, ProxyOptions options)
    {
        (Names, Options) = (names, options);
        _listener = LoopbackHost.Bind(options.Port);
        _listener.Listen(Backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <inheritdoc/>
    public string Name => Options.Name;

    /// <inheritdoc/>
    public IPEndPoint EndPoint { get; }

    /// <summary>The address with which clients configure the proxy.</summary>
    public Uri Address => new($"http://{EndPoint}/");

    /// <summary>The proxy's options.</summary>
    public ProxyOptions Options { get; }

    /// <summary>The names to which it leads.</summary>
    public CourseNames Names { get; }

    /// <summary>The log of what the proxy did and could see.</summary>
    public WebLog Log { get; } = new();

    /// <summary>The most recent tunnels, oldest first, including those still open.</summary>
    public IReadOnlyList<Tunnel> Tunnels => [.. _tunnels];

    /// <summary>The number of clients that are connected now.</summary>
    public int OpenConnections => _conversations.Count;

    string IStoppable.LogSummary => Log.Summary();

    internal CancellationToken Stopping => _stopping.Token;

    internal CancellationToken Aborting => _aborting.Token;

    /// <summary>Starts a proxy on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="names">The names to which it leads.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static ForwardProxy Start(CourseNames names, ProxyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        options ??= new ProxyOptions();
        options.Validate();
        var proxy = RunningServers.Replace(options.Name, () => new ForwardProxy(names, options));
        proxy.Log.Write(WebEventKind.Listening, what: proxy.EndPoint.ToString());
        using (Detached.Begin())
        {
            proxy._accepting = Task.Run(proxy.AcceptConnectionsAsync);
        }

        return proxy;
    }

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan? grace = null)
    {
        var limit = grace ?? DefaultGrace;
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(grace));
        lock (_gate)
        {
            return _stop ??= Task.Run(() => StopCoreAsync(limit));
        }
    }

    /// <summary>Stops it with the default grace period.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <inheritdoc/>
    public string ToHtml() => new Table(
        ["proxy", "listens on", "who may use it", "leads to", "open connections", "log"],
        [
            [
                Name,
                EndPoint,
                Options.Credentials?.ToString() ?? "any client on this machine",
                $"{Names.Hosts.Count} names",
                OpenConnections,
                Log.Summary(),
            ],
        ]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {(_stop is null ? "listening on" : "stopped")} {EndPoint}, "
        + $"for {Options.Credentials?.ToString() ?? "any client on this machine"}";

    /// <summary>Keeps a tunnel that has been opened in the list of recent tunnels.</summary>
    internal void Remember(Tunnel tunnel)
    {
        _tunnels.Enqueue(tunnel);
        while (_tunnels.Count > KeptTunnels)
        {
            _tunnels.TryDequeue(out _);
        }
    }

    private async Task AcceptConnectionsAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                Converse(socket);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException exception)
                when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client disconnected while it was in the accept queue. The next one may be fine.
            }
            catch (SocketException exception)
            {
                Log.Write(WebEventKind.Failed, detail: $"accept: {InvariantText.Of(exception.SocketErrorCode)}");
                await Task.Delay(AcceptPause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Not awaited: whatever this client does, the proxy goes on to accept the next one.
    private void Converse(Socket socket)
    {
        var client = new ProxyPeer(socket);
        var conversation = new ProxyConversation(this, client);
        var hasRoom = OpenConnections < Options.ConnectionLimit;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _conversations[ended.Task] = client;
        _ = Task.Run(async () =>
        {
            await conversation.RunAsync(hasRoom).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            client.Dispose();
            _conversations.TryRemove(ended.Task, out _);
            ended.SetResult();
        });
    }

    private async Task StopCoreAsync(TimeSpan grace)
    {
        Log.Write(WebEventKind.Stopping);
        await _stopping.CancelAsync().ConfigureAwait(false);
        _listener.StopListening();
        await _accepting.ConfigureAwait(false);
        var ended = Task.WhenAll(_conversations.Keys);
        await ended.WaitAsync(grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // This token ends every wait of every conversation.
        await _aborting.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        RunningServers.Forget(this);
        Log.Write(WebEventKind.Stopped);
    }
}
