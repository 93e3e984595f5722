using System.Collections.Concurrent;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A forward proxy (RFC 9110, section 3.7): it sends requests on behalf of its clients. It reads and forwards a request in
/// absolute-form, and returns the response. For TLS, a client asks it for a tunnel, through which it relays bytes that it cannot
/// read. It leads to the names of the course and nowhere else.
/// </summary>
public sealed class ForwardProxy : WebServer
{
    /// <summary>The name of the proxy in the Via field of messages that it forwards (RFC 9110, section 7.6.3).</summary>
    public const string Pseudonym = "course-proxy";

    private const int Backlog = 1024;
    private const int KeptTunnels = 64;

    private readonly ConcurrentQueue<Tunnel> _tunnels = new();

    private ForwardProxy(CourseNames names, ProxyOptions options)
        : base(options.Port, Backlog) =>
        (Names, Options) = (names, options);

    /// <inheritdoc/>
    public override string Name => Options.Name;

    /// <summary>The proxy's options.</summary>
    public ProxyOptions Options { get; }

    /// <summary>The names to which it leads.</summary>
    public CourseNames Names { get; }

    /// <summary>The most recent tunnels, oldest first, including those still open.</summary>
    public IReadOnlyList<Tunnel> Tunnels => [.. _tunnels];

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
                $"{InvariantText.Count(Names.Hosts.Count, "name")}",
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

    private protected override Task ConverseAsync(ProxyPeer client, int others) =>
        new ProxyConversation(this, client).RunAsync(hasRoom: others < Options.ConnectionLimit);
}
