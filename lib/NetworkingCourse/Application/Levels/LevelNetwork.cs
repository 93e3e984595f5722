using System.Net.Security;
using System.Net.Sockets;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>What all four levels stand on: TCP connections to the sites of the little internet, and two taps on them, below TLS and above.</summary>
/// <param name="internet">Where the sites are.</param>
public sealed class LevelNetwork(LittleInternet internet)
{
    /// <summary>Listens in on the wire.</summary>
    public Tap Wire { get; } = new();

    /// <summary>Listens in where the program speaks HTTP: above TLS, if there is TLS.</summary>
    public Tap Clear { get; } = new();

    /// <summary>Opens a TCP connection to a host.</summary>
    /// <exception cref="SocketException">HostNotFound: the little internet has no such name.</exception>
    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var address = internet.Names.Find(host, port) ?? throw new SocketException((int)SocketError.HostNotFound);
        return Wire.On(new NetworkStream(await CourseNames.ConnectAsync(address, cancellation).ConfigureAwait(false), ownsSocket: true));
    }

    /// <summary>Makes an encrypted stream of a stream.</summary>
    public async Task<Stream> EncryptAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(Trust(host), cancellation).ConfigureAwait(false);
        return tls;
    }

    /// <summary>A handler of <see cref="HttpClient"/> that uses these connections.</summary>
    public SocketsHttpHandler NewHandler() => new()
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellation) => await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation).ConfigureAwait(false),
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult(Clear.On(context.PlaintextStream)),
        SslOptions = Trust(host: null),
        ActivityHeadersPropagator = null, // no tracing fields, which nobody here would read
    };

    // Every handshake is a whole one. A session that is resumed needs no certificate, and who comes first would pay for those who come later.
    private SslClientAuthenticationOptions Trust(string? host) => new() { TargetHost = host, CertificateChainPolicy = internet.Authority.Trust(), AllowTlsResume = false };

    /// <summary>The method with which a redirected request is sent again (RFC 9110, sections 15.4.2 to 15.4.9).</summary>
    /// <param name="method">The method of the request that was redirected.</param>
    /// <param name="status">The status code of the redirect.</param>
    public static string Redirected(string method, int status) => status switch
    {
        301 or 302 when method == "POST" => "GET",
        303 when method != "HEAD" => "GET", // whatever the method was: the result is to be looked at over there
        _ => method,
    };
}

/// <summary>What a level brought.</summary>
/// <param name="Status">The status code of the last response.</param>
/// <param name="Method">The method of the last request.</param>
/// <param name="Address">Its address.</param>
/// <param name="Text">The page.</param>
public sealed record LevelAnswer(int Status, string Method, Uri Address, string Text);
