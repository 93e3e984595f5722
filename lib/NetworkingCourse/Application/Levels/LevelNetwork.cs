using System.Net.Security;
using System.Net.Sockets;
using NetworkingCourse.Links;

namespace NetworkingCourse.Application;

/// <summary>
/// The network that all four levels use: TCP connections to the sites of the little internet, with two taps, below and above TLS.
/// </summary>
/// <param name="internet">The internet that has the sites.</param>
public sealed class LevelNetwork(LittleInternet internet)
{
    /// <summary>Records the bytes on the wire.</summary>
    public Tap Wire { get; } = new();

    /// <summary>Records the bytes of HTTP: above TLS, if TLS is used.</summary>
    public Tap Clear { get; } = new();

    /// <summary>Opens a TCP connection to a host.</summary>
    /// <exception cref="SocketException">The little internet has no such name (HostNotFound).</exception>
    public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var address = internet.Names.Find(host, port) ?? throw new SocketException((int)SocketError.HostNotFound);
        return Wire.On(new NetworkStream(
            await CourseNames.ConnectAsync(address, cancellation).ConfigureAwait(false), ownsSocket: true));
    }

    /// <summary>Sets up TLS on a stream, and returns the encrypted stream.</summary>
    public async Task<Stream> EncryptAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(Trust(host), cancellation).ConfigureAwait(false);
        return tls;
    }

    /// <summary>Creates a handler for <see cref="HttpClient"/> that uses these connections.</summary>
    public SocketsHttpHandler NewHandler() => new()
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
            await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation).ConfigureAwait(false),
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult(Clear.On(context.PlaintextStream)),
        SslOptions = Trust(host: null),
        ActivityHeadersPropagator = null, // no tracing fields, because nothing here reads them
    };

    // Every handshake is a full one. A resumed session needs no certificate, so the first level would pay for the later ones.
    private SslClientAuthenticationOptions Trust(string? host) =>
        new() { TargetHost = host, CertificateChainPolicy = internet.Authority.Trust(), AllowTlsResume = false };

    /// <summary>Returns the method for following a redirect (RFC 9110, sections 15.4.2 to 15.4.9).</summary>
    /// <param name="method">The method of the request that was redirected.</param>
    /// <param name="status">The status code of the redirect.</param>
    public static string Redirected(string method, int status) => status switch
    {
        301 or 302 when method == "POST" => "GET",
        303 when method != "HEAD" => "GET", // the result is at the other address
        _ => method,
    };
}

/// <summary>The result of a level.</summary>
/// <param name="Status">The status code of the last response.</param>
/// <param name="Method">The method of the last request.</param>
/// <param name="Address">The address of the last request.</param>
/// <param name="Text">The page.</param>
public sealed record LevelAnswer(int Status, string Method, Uri Address, string Text);
