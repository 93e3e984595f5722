using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A forward proxy (RFC 9110, section 3.7): it asks in its clients' place. A request with a whole address it reads, hands on and answers
/// with what it was answered; for TLS it is asked for a tunnel, and hands on bytes that it cannot read. It leads to the names of the course
/// and nowhere else.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ForwardProxy : IStoppable, IAsyncDisposable, IShown
{
    /// <summary>What the proxy calls itself in messages that went through it (RFC 9110, section 7.6.3).</summary>
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

    /// <summary>Its address, as clients want it.</summary>
    public Uri Address => new($"http://{EndPoint}/");

    /// <summary>Its options.</summary>
    public ProxyOptions Options { get; }

    /// <summary>The names it leads to.</summary>
    public CourseNames Names { get; }

    /// <summary>What it did, and what it could see.</summary>
    public WebLog Log { get; } = new();

    /// <summary>The last tunnels, oldest first; those still open too.</summary>
    public IReadOnlyList<Tunnel> Tunnels => [.. _tunnels];

    /// <summary>How many clients are connected at this moment.</summary>
    public int OpenConnections => _conversations.Count;

    string IStoppable.LogSummary => Log.Summary();

    internal CancellationToken Stopping => _stopping.Token;

    internal CancellationToken Aborting => _aborting.Token;

    /// <summary>Starts a proxy on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="names">The names it leads to.</param>
    /// <param name="options">What can be set.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
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

    /// <summary>Stops it with the default grace time.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <inheritdoc/>
    public string ToHtml() => new Table(
        ["proxy", "listens on", "who may use it", "leads to", "open connections", "log"],
        [[Name, EndPoint, Options.Credentials?.ToString() ?? "everybody on this machine", $"{Names.Hosts.Count} names", OpenConnections, Log.Summary()]]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {(_stop is null ? "listening on" : "stopped")} {EndPoint}, for {Options.Credentials?.ToString() ?? "everybody on this machine"}";

    /// <summary>Writes down that a tunnel has been opened.</summary>
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
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // A client that left while it was in the accept queue: the next one may be fine.
            }
            catch (SocketException exception)
            {
                Log.Write(WebEventKind.Failed, detail: $"accept: {InvariantText.Of(exception.SocketErrorCode)}");
                await Task.Delay(AcceptPause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Not awaited: whatever this client does, the next one is accepted meanwhile.
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
        // Every wait of a conversation ends with this token, so this ends them all.
        await _aborting.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        RunningServers.Forget(this);
        Log.Write(WebEventKind.Stopped);
    }
}
