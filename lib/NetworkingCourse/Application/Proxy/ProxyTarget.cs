using System.Buffers;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>Where a request is to go, or why the proxy does not go there.</summary>
/// <param name="Address">Where that is on this machine; null: nowhere.</param>
/// <param name="Authority">The host, and the port unless it is the scheme's own: what becomes of the field Host.</param>
/// <param name="Path">What the origin is asked for, in origin-form; null for a tunnel.</param>
/// <param name="Status">The status code of a refusal; 0 if there is none.</param>
/// <param name="Reason">Why it is refused, for people.</param>
internal readonly record struct ProxyTarget(IPEndPoint? Address, string Authority, string? Path, int Status, string Reason)
{
    private const string Scheme = "http://";
    private const int HttpPort = 80;
    private const int TlsPort = 443;

    // What may stand in the name of a host. No colon and no bracket: addresses are no names, and the little internet has names alone.
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    /// <summary>
    /// The rule that makes this no open proxy: whoever asks for a name of the course gets there, and for anything else, however it is
    /// written, there is a 403. The name is looked up in the course's own table and nowhere else, so there is no way to say "this machine".
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
            return Refuse(400, "CONNECT wants a host and a port, and nothing else.");
        }

        // RFC 9110, section 9.3.6: a tunnel to any port would make of the proxy a way into everything that listens behind it.
        return port != TlsPort ? Refuse(403, $"Tunnels lead to port {TlsPort} alone.") : Find(host, TlsPort, path: null, names);
    }

    // GET http://music.test/gbk. Read by hand: a library that is kind to what people type would read more into it than the origin does.
    private static ProxyTarget OfAbsoluteForm(string method, string target, CourseNames names)
    {
        if (!target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(400, target.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? "What is to be fetched over TLS is asked for in a tunnel: CONNECT."
                : "This is a proxy: it wants the whole address, as in GET http://music.test/ HTTP/1.1.");
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
            return Refuse(400, "This is no address of a page.");
        }

        return Find(host, port ?? HttpPort, path switch
        {
            "" => method == "OPTIONS" ? "*" : "/", // RFC 9112, section 3.2.4
            ['?', ..] => "/" + path,
            _ => path,
        }, names);
    }

    // To a name of the course, at a port where it has something, and never in clear to where TLS is spoken.
    private static ProxyTarget Find(string host, int port, string? path, CourseNames names)
    {
        var isName = !host.AsSpan().ContainsAnyExcept(HostCharacters);
        var isTunnel = path is null;
        if (!isName || names.Find(host, port) is not { } address || (port == TlsPort && !isTunnel))
        {
            return Refuse(403, InvariantText.Format($"There is no {host}:{port} in the little internet."));
        }

        var authority = port == HttpPort && !isTunnel ? host : InvariantText.Format($"{host}:{port}");
        return new ProxyTarget(address, authority, path, 0, "");
    }

    // An empty port is the same as none (RFC 3986, section 3.2.3). An empty host is an error (RFC 9110, section 4.2.1).
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
