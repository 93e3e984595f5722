using System.Net.Security;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The internet of this chapter: an origin with several sites, a certificate authority, names, and a forward proxy in front of
/// them. All of it runs in this process, on loopback.
/// </summary>
public sealed class LittleInternet : Shown, IAsyncDisposable
{
    private LittleInternet(WebOrigin origin, ForwardProxy proxy) => (Origin, Proxy) = (origin, proxy);

    /// <summary>The server that has the pages.</summary>
    public WebOrigin Origin { get; }

    /// <summary>The proxy through which clients reach the origin.</summary>
    public ForwardProxy Proxy { get; }

    /// <summary>The names of the sites, with their addresses.</summary>
    public CourseNames Names => Origin.Names;

    /// <summary>The authority that the course's clients trust.</summary>
    public CertificateAuthority Authority => Origin.Authority;

    /// <summary>Starts the origin and the proxy, replacing running ones. When this returns, clients can connect.</summary>
    /// <param name="proxy">The proxy's options.</param>
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
    /// Returns options with which a TLS client trusts the course's authority and no other. With <see cref="Course.Live"/> on, it
    /// trusts the authorities that the system trusts.
    /// </summary>
    /// <param name="host">
    /// The name for which the certificate must be valid; it is sent in the clear. <see cref="HttpClient"/> sets it by itself.
    /// </param>
    public SslClientAuthenticationOptions Trust(string? host = null) =>
        new() { TargetHost = host, CertificateChainPolicy = Course.Live ? null : Authority.Trust() };

    /// <summary>
    /// Opens the TCP connection with which a hand-written client begins its way to a host: a connection to the proxy. With
    /// <see cref="Course.Live"/> on, it leads to the system's proxy or, if there is none, to the host itself.
    /// </summary>
    /// <param name="host">The destination host, at port 443.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    /// <exception cref="NoNetworkException">
    /// <see cref="Course.Live"/> is on, and the real internet cannot be reached.
    /// </exception>
    /// <exception cref="SocketException">The connection was refused.</exception>
    public async Task<FirstHop> ConnectAsync(string host, CancellationToken cancellation = default) =>
        Course.Live
            ? await FirstHop.OutsideAsync(host, cancellation).ConfigureAwait(false)
            : new FirstHop(
                await CourseNames.ConnectAsync(Proxy.EndPoint, cancellation).ConfigureAwait(false), LeadsToProxy: true);

    /// <summary>
    /// Creates a handler with which an <see cref="HttpClient"/> uses the proxy for both schemes and trusts the course's
    /// authority. With <see cref="Course.Live"/> on, addresses outside the little internet are fetched with the system's proxy
    /// and the authorities that the system trusts.
    /// </summary>
    public HttpMessageHandler NewHandler()
    {
        var handler = new SocketsHttpHandler
        {
            Proxy = new SchemeProxy(http: Proxy.Address, https: Proxy.Address)
            {
                Credentials = Proxy.Options.Credentials?.ForClients(),
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = Authority.Trust(),
            },
            ActivityHeadersPropagator = null, // no tracing fields, because nothing here reads them
        };
        return Course.Live
            ? new LiveHandler(outside: new SocketsHttpHandler(), inside: handler, Names)
            : handler;
    }

    /// <summary>
    /// Creates the same handler without a proxy: a connect callback looks names up in the little internet, and connects to the
    /// origin.
    /// </summary>
    public HttpMessageHandler NewDirectHandler()
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = Names.ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Authority.Trust() },
            ActivityHeadersPropagator = null, // no tracing fields, because nothing here reads them
        };
        return Course.Live
            ? new LiveHandler(outside: new SocketsHttpHandler { UseProxy = false }, inside: handler, Names)
            : handler;
    }

    /// <summary>Stops the origin and the proxy.</summary>
    /// <param name="grace">How long pending responses may take; 2 seconds by default.</param>
    public Task StopAsync(TimeSpan? grace = null) => Task.WhenAll(Origin.StopAsync(grace), Proxy.StopAsync(grace));

    /// <summary>Stops both with the default grace period.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["what", "where", "what it is"],
        [
            [Proxy.Name, Proxy.EndPoint, "sends requests on behalf of its clients"],
            [Origin.Name, Origin.EndPoint, $"serves the pages of {InvariantText.Count(Names.Hosts.Count, "site")}"],
            [$"{Origin.Name}, TLS", Origin.TlsEndPoint, "the same, encrypted; with a certificate for each name"],
            ["authority", "", Authority],
        ],
        Course.Live ? "Course.Live is on: all other addresses are fetched from the real internet." : null);
}
