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
public sealed class ForwardProxy : NetworkService
{
    /// <summary>The name of the proxy in the Via field of messages that it forwards (RFC 9110, section 7.6.3).</summary>
    public const string Pseudonym = "course-proxy";

    private const int Backlog = 1024;
    private const int KeptTunnels = 64;

    private readonly ConcurrentDictionary<Task, ProxyPeer> _conversations = new();
    private readonly ConcurrentQueue<Tunnel> _tunnels = new();
    private readonly Listener _listener;

    private ForwardProxy(CourseNames names, ProxyOptions options)
    {
        (Names, Options) = (names, options);
        _listener = new Listener(options.Port, Backlog);
        EndPoint = _listener.EndPoint;
    }

    /// <inheritdoc/>
    public override string Name => Options.Name;

    /// <inheritdoc/>
    public override IPEndPoint EndPoint { get; }

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

    private protected override string LogSummary => Log.Summary();

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
        return Start(options.Name, () => new ForwardProxy(names, options));
    }

    /// <inheritdoc/>
    public override string ToHtml() => new Table(
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
        $"{Name}: {(IsStopping ? "stopped" : "listening on")} {EndPoint}, "
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

    private protected override async Task ServeAsync()
    {
        while (await AcceptAsync(_listener).ConfigureAwait(false) is { } socket)
        {
            Converse(socket);
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

    private protected override void LogListening() => Log.Write(WebEventKind.Listening, what: EndPoint.ToString());

    private protected override void LogStopping() => Log.Write(WebEventKind.Stopping);

    private protected override void LogStopped() => Log.Write(WebEventKind.Stopped);

    private protected override void AcceptFailed(SocketException exception, string worker) =>
        Log.Write(WebEventKind.Failed, detail: $"accept: {InvariantText.Of(exception.SocketErrorCode)}");

    private protected override void StopListening() => _listener.Dispose();

    // Every wait of a conversation ends when it is aborted.
    private protected override async Task WhenServedAsync()
    {
        await base.WhenServedAsync().ConfigureAwait(false);
        await Task.WhenAll(_conversations.Keys).ConfigureAwait(false);
    }
}
