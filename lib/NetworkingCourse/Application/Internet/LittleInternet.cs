using System.Net.Security;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The internet of this chapter: an origin with several sites, a certificate authority, names, and a forward proxy that leads to them. All
/// of it is in this process and on loopback.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class LittleInternet : IAsyncDisposable, IShown
{
    private LittleInternet(WebOrigin origin, ForwardProxy proxy) => (Origin, Proxy) = (origin, proxy);

    /// <summary>The server that has the pages.</summary>
    public WebOrigin Origin { get; }

    /// <summary>The proxy that leads to them.</summary>
    public ForwardProxy Proxy { get; }

    /// <summary>The names, and where they lead.</summary>
    public CourseNames Names => Origin.Names;

    /// <summary>The authority that the course's clients believe.</summary>
    public CertificateAuthority Authority => Origin.Authority;

    /// <summary>Starts the whole of it; one that runs is replaced. When this returns, clients can connect.</summary>
    /// <param name="proxy">What can be set about the proxy.</param>
    /// <param name="port">The TCP port of the origin for http; 0 lets the system choose.</param>
    /// <param name="tlsPort">The TCP port of the origin for https; 0 lets the system choose.</param>
    /// <param name="origin">The name under which the origin runs; the proxy's is among its options.</param>
    /// <exception cref="SocketException">A port is taken, or may not be used.</exception>
    public static LittleInternet Start(ProxyOptions? proxy = null, int port = 0, int tlsPort = 0, string origin = "origin")
    {
        var pages = WebOrigin.Start(origin, port, tlsPort);
        try
        {
            return new LittleInternet(pages, ForwardProxy.Start(pages.Names, proxy));
        }
        catch
        {
            pages.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>
    /// What makes a client that speaks TLS believe the course's authority, and nobody else. With <see cref="Course.Live"/> on it believes
    /// whom the system believes.
    /// </summary>
    /// <param name="host">The name that the certificate must be good for; it is sent in clear. <see cref="HttpClient"/> fills it in by itself.</param>
    public SslClientAuthenticationOptions Trust(string? host = null) => new() { TargetHost = host, CertificateChainPolicy = Course.Live ? null : Authority.Trust() };

    /// <summary>
    /// Opens a TCP connection on the way to a host, for clients by hand: to the proxy. With <see cref="Course.Live"/> on it is the system's
    /// proxy; if the system has none, it is the host itself.
    /// </summary>
    /// <param name="host">The host that is wanted in the end, at port 443.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="NoNetworkException"><see cref="Course.Live"/> is on, and there is no way to the world outside.</exception>
    /// <exception cref="SocketException">The connection was refused.</exception>
    public async Task<FirstHop> ConnectAsync(string host, CancellationToken cancellation = default) =>
        Course.Live
            ? await FirstHop.OutsideAsync(host, cancellation).ConfigureAwait(false)
            : new FirstHop(await CourseNames.ConnectAsync(Proxy.EndPoint, cancellation).ConfigureAwait(false), LeadsToProxy: true);

    /// <summary>
    /// What an <see cref="HttpClient"/> needs here: the proxy for both schemes, and whom to believe. With
    /// <see cref="Course.Live"/> on, what is not of this internet is fetched through the system's proxy, from whomever
    /// the system believes.
    /// </summary>
    public HttpMessageHandler NewHandler()
    {
        var credentials = Proxy.Options.Credentials?.ForClients();
        var handler = new SocketsHttpHandler
        {
            Proxy = new SchemeProxy(http: Proxy.Address, https: Proxy.Address) { Credentials = credentials },
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Authority.Trust() },
            ActivityHeadersPropagator = null, // no tracing fields, which nobody here would read
        };
        return Course.Live ? new LiveHandler(outside: new SocketsHttpHandler(), inside: handler, Names) : handler;
    }

    /// <summary>The same without a proxy: names are looked up in the little internet by a connect callback, and the connection goes to the origin.</summary>
    public HttpMessageHandler NewDirectHandler()
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = Names.ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Authority.Trust() },
            ActivityHeadersPropagator = null, // no tracing fields, which nobody here would read
        };
        return Course.Live ? new LiveHandler(outside: new SocketsHttpHandler { UseProxy = false }, inside: handler, Names) : handler;
    }

    /// <summary>Stops all of it: the origin and the proxy.</summary>
    /// <param name="grace">How long answers that are due may take; 2 seconds unless told otherwise.</param>
    public Task StopAsync(TimeSpan? grace = null) => Task.WhenAll(Origin.StopAsync(grace), Proxy.StopAsync(grace));

    /// <summary>Stops it with the default grace time.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <inheritdoc/>
    public string ToHtml() => Summary().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Summary().ToString();

    private Table Summary() => new(
        ["what", "where", "what it is"],
        [
            [Proxy.Name, Proxy.EndPoint, "asks in its clients' place"],
            [Origin.Name, Origin.EndPoint, InvariantText.Format($"has the pages of {Names.Hosts.Count} sites")],
            [$"{Origin.Name}, TLS", Origin.TlsEndPoint, "the same, encrypted; with a certificate for each name"],
            ["authority", "", Authority],
        ],
        Course.Live ? "Course.Live is on: what is not of this internet is fetched from the world outside." : null);
}
