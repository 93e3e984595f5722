using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace NetworkingCourse.Application;

/// <summary>
/// The origin: the server that has the pages (RFC 9110, section 3.6). A single Kestrel on loopback serves all sites of the little
/// internet, in the clear with HTTP/1.1, and over TLS with HTTP/2 as well. It tells the sites apart by the Host field and by
/// the name in the ClientHello.
/// </summary>
public sealed class WebOrigin : NetworkService
{
    private const int HttpPort = 80;
    private const int TlsPort = 443;
    private const long MaxBody = 1024 * 1024;

    private readonly SiteCertificates _certificates;
    private readonly OriginWatch _watch;
    private readonly LoopbackHost _host;

    private WebOrigin(string name, int port, int tlsPort)
    {
        Name = name;
        (_certificates, _watch) = (new SiteCertificates(), new OriginWatch(Log));
        var listeners = Bind(port, tlsPort);
        (EndPoint, TlsEndPoint) = ((IPEndPoint)listeners[0].LocalEndPoint!, (IPEndPoint)listeners[1].LocalEndPoint!);
        foreach (var host in SiteMap.Hosts)
        {
            Names.Add(host, HttpPort, EndPoint);
            Names.Add(host, TlsPort, TlsEndPoint);
        }

        Http2EndPoint = (IPEndPoint)listeners[3].LocalEndPoint!;
        Names.Add(Sites.Raw.Host, HttpPort, (IPEndPoint)listeners[2].LocalEndPoint!);
        _host = new LoopbackHost(
            [
                new LoopbackEndPoint(listeners[0], listen => listen.Protocols = HttpProtocols.Http1),
                new LoopbackEndPoint(listeners[1], Tls),
                new LoopbackEndPoint(listeners[2], listen => listen.Run(_watch.RawAsync)),
                new LoopbackEndPoint(listeners[3], listen => listen.Protocols = HttpProtocols.Http2),
            ],
            services => services
                .AddRouting()
                .Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBody),
            AddPipeline);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The endpoint for http.</summary>
    public override IPEndPoint EndPoint { get; }

    /// <summary>The endpoint for https.</summary>
    public IPEndPoint TlsEndPoint { get; }

    /// <summary>The endpoint for HTTP/2 in the clear, for clients that know that it is spoken there.</summary>
    public IPEndPoint Http2EndPoint { get; }

    /// <summary>The names of its sites, with their addresses.</summary>
    public CourseNames Names { get; } = new();

    /// <summary>The authority that signed all of its certificates but one.</summary>
    public CertificateAuthority Authority => _certificates.Authority;

    /// <summary>The log of the requests.</summary>
    public WebLog Log { get; } = new();

    private protected override string LogSummary => Log.Summary();

    /// <summary>
    /// Starts an origin on 127.0.0.1, with its own certificate authority. When this returns, clients can connect.
    /// </summary>
    /// <param name="name">The name to run under; an origin that already runs under it is replaced.</param>
    /// <param name="port">The TCP port for http; 0 lets the system choose.</param>
    /// <param name="tlsPort">The TCP port for https; 0 lets the system choose.</param>
    /// <exception cref="SocketException">A port is taken, or may not be used.</exception>
    public static WebOrigin Start(string name = "origin", int port = 0, int tlsPort = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Start(name, () => new WebOrigin(name, port, tlsPort));
    }

    /// <inheritdoc/>
    public override string ToHtml() => Names.ToHtml();

    /// <inheritdoc/>
    public override string ToText() => $"{this}\n\n{Names}";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {(IsStopping ? "stopped" : "listening on")} {EndPoint}, "
        + $"for TLS {TlsEndPoint}; {Display.InvariantText.Count(Names.Hosts.Count, "name")}";

    private static Socket[] Bind(params int[] ports)
    {
        var bound = new List<Socket>();
        try
        {
            bound.AddRange(ports.Concat([0, 0]).Select(LoopbackHost.Bind));
            return [.. bound];
        }
        catch
        {
            bound.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    private void Tls(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => connection => _watch.HandshakeAsync(connection, next));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = hello =>
            {
                OriginWatch.Note(hello.Connection, hello.ClientHelloInfo.ServerName);
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _certificates.Of(hello.ClientHelloInfo.ServerName),
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                });
            },
        });
    }

    private void AddPipeline(WebApplication application)
    {
        application.Use(_watch.RequestAsync);
        application.MapWhen(
            context => context.Request.Host.Host.Equals(SiteMap.Short, StringComparison.OrdinalIgnoreCase),
            branch => branch.Run(AdderSite.AnswerShortAsync));
        application.UseRouting();
        foreach (var (hosts, map) in SiteMap.All)
        {
            var site = application.MapGroup("");
            ((IEndpointConventionBuilder)site).RequireHost([.. hosts]);
            map(site);
        }

        application.UseEndpoints(_ => { });
        application.Run(NothingHereAsync);
    }

    private static Task NothingHereAsync(HttpContext context)
    {
        // A request for a name that is not served here has been misdirected (RFC 9110, section 15.5.20).
        var isOurs = SiteMap.Hosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase);
        context.Response.StatusCode = isOurs ? StatusCodes.Status404NotFound : StatusCodes.Status421MisdirectedRequest;
        return context.HtmlAsync(WebPage.Of(
            $"There is no such {(isOurs ? "page" : "site")} here", "<p><a href=\"/\">Home</a></p>"));
    }

    private protected override void LogListening() =>
        Log.Write(WebEventKind.Listening, what: $"{EndPoint}, and for TLS {TlsEndPoint}");

    private protected override void LogStopping() => Log.Write(WebEventKind.Stopping);

    private protected override void LogStopped() => Log.Write(WebEventKind.Stopped);

    internal override void Begin()
    {
        _host.Start();
        LogListening();
    }

    private protected override Task WhenServedAsync() => _host.StopAsync(Aborting);

    private protected override ValueTask ReleaseAsync()
    {
        _certificates.Dispose();
        return ValueTask.CompletedTask;
    }
}
