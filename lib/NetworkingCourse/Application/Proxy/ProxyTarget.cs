using System.Buffers;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The destination of a request, or the reason why the proxy refuses it.</summary>
/// <param name="Address">The destination on this machine; null if the request is refused.</param>
/// <param name="Authority">The host, and the port unless it is the scheme's default: the value of the Host field.</param>
/// <param name="Path">The request target for the origin, in origin-form; null for a tunnel.</param>
/// <param name="Status">The status code of a refusal; 0 if there is none.</param>
/// <param name="Reason">The reason for a refusal, for people.</param>
internal readonly record struct ProxyTarget(IPEndPoint? Address, string Authority, string? Path, int Status, string Reason)
{
    private const string Scheme = "http://";
    private const int HttpPort = 80;
    private const int TlsPort = 443;

    // The characters of a host name. No colons or brackets, because the little internet has only names, and no addresses.
    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    /// <summary>
    /// Finds the destination of a request. This rule keeps the proxy from being an open proxy: names of the course are allowed,
    /// and anything else, however it is written, gets 403. Names are looked up only in the course's own table, so that no
    /// spelling of "this machine" works.
    /// </summary>
    /// <param name="method">The request's method.</param>
    /// <param name="target">The request's target (RFC 9112, section 3.2).</param>
    /// <param name="names">The names of the course.</param>
    public static ProxyTarget Of(string method, string target, CourseNames names) =>
        method == "CONNECT" ? OfTunnel(target, names) : OfAbsoluteForm(method, target, names);

    // CONNECT music.test:443. The authority-form has a host and a port, and nothing else (RFC 9112, section 3.2.3).
    private static ProxyTarget OfTunnel(string target, CourseNames names)
    {
        if (!TrySplit(target, out var host, out var port) || port is null)
        {
            return Refuse(400, "CONNECT needs a host and a port, and nothing else.");
        }

        // RFC 9110, section 9.3.6: tunnels to any port would give access to every server behind the proxy.
        return port != TlsPort ? Refuse(403, $"Tunnels lead to port {TlsPort} only.") : Find(host, TlsPort, path: null, names);
    }

    // GET http://music.test/gbk. Parsed by hand: a library that tolerates typing errors might interpret it differently than the
    // origin does.
    private static ProxyTarget OfAbsoluteForm(string method, string target, CourseNames names)
    {
        if (!target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(400, target.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? "For pages over TLS, ask for a tunnel: CONNECT."
                : "This is a proxy: it needs the whole address, as in GET http://music.test/ HTTP/1.1.");
        }

        var rest = target[Scheme.Length..];
        var end = rest.IndexOfAny(['/', '?']);
        var (authority, path) = end < 0 ? (rest, "") : (rest[..end], rest[end..]);
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            return Refuse(403, "No names and passwords in addresses (RFC 9110, section 4.2.4).");
        }

        if (!TrySplit(authority, out var host, out var port))
        {
            return Refuse(400, "This is not a valid address.");
        }

        return Find(host, port ?? HttpPort, path switch
        {
            "" => method == "OPTIONS" ? "*" : "/", // RFC 9112, section 3.2.4
            ['?', ..] => "/" + path,
            _ => path,
        }, names);
    }

    // Only names of the course, at ports where there is a server, and never in the clear to a TLS port.
    private static ProxyTarget Find(string host, int port, string? path, CourseNames names)
    {
        var isName = !host.AsSpan().ContainsAnyExcept(HostCharacters);
        var isTunnel = path is null;
        if (!isName || names.Find(host, port) is not { } address || (port == TlsPort && !isTunnel))
        {
            return Refuse(
                403, InvariantText.Format($"There is no {host}:{port} in the little internet."));
        }

        var authority = port == HttpPort && !isTunnel ? host : InvariantText.Format($"{host}:{port}");
        return new ProxyTarget(address, authority, path, 0, "");
    }

    // An empty port is equivalent to none (RFC 3986, section 3.2.3). An empty host is an error (RFC 9110, section 4.2.1).
    private static bool TrySplit(string text, out string host, out int? port)
    {
        (host, port) = ("", null);
        if (!HttpAuthority.TryParse(text, out var authority) || authority.Host.Length == 0)
        {
            return false;
        }

        var isNumber = Digits.TryParse(authority.Port, out int number) && number <= IPEndPoint.MaxPort;
        (host, port) = (authority.Host, isNumber ? number : null);
        return isNumber || string.IsNullOrEmpty(authority.Port);
    }

    private static ProxyTarget Refuse(int status, string reason) => new(null, "", null, status, reason);
}
