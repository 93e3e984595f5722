using NetworkingCourse.Checking;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 1.5: the first request to the next hop.</summary>
    public static RequestHeadExercise RequestHead { get; } = new();
}

/// <summary>The learner writes the head of a request, which depends on who is going to read it: a server or a proxy.</summary>
public sealed class RequestHeadExercise : CaseExercise<RequestHeadExercise.Answer, RequestHeadExercise.Request>
{
    private const int RandomCases = 40;
    private const string LineEnd = "\r\n";

    internal RequestHeadExercise()
        : base(new ExerciseText(
            "1-application/5-through-a-proxy.ipynb", "1.5", 1, nameof(Exercises.RequestHead),
            "What does the next hop read first?",
            "A client wants the page at `address`, and has just connected: to the proxy if `toProxy` is true, and otherwise "
                + "to the server itself. Return the head of the first HTTP request on this connection: the first line, the "
                + "field `Host`, and the empty line. Which form does the first line have? `Host` names the host, and the port "
                + "unless it is the scheme's default. What follows `#` in an address, and a name and a password before its `@`, "
                + "are never sent. (On a direct connection to an `https` address, TLS has already been set up.)",
            [
                "There are three cases and not four: direct (where the scheme makes no difference), through the proxy, and a "
                    + "tunnel. Compare with the proxy's log above, and with the origin's.",
                "`address.PathAndQuery` has no `#…`. `address.Authority` is the host, and the port unless it is the default. "
                    + "A tunnel always needs the port: `CONNECT {address.Host}:{address.Port} HTTP/1.1`. Each line ends with "
                    + "`\\r\\n`, and so does the empty one.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="method">The method of the request for the page.</param>
    /// <param name="address">The address of the page; its scheme is <c>http</c> or <c>https</c>.</param>
    /// <param name="toProxy">Whether the client is connected to a proxy.</param>
    /// <returns>The head of the first HTTP request on the connection, with the empty line at its end.</returns>
    public delegate string Answer(string method, Uri address, bool toProxy);

    internal override Answer Reference => Right;

    // Each mistake is the right answer but for one thing.
    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "sends a proxy only the path",
            "Your method sends the proxy `GET /` as if it were the server. The proxy has connections to no one yet: from the "
                + "first line it must learn the scheme, the host and the port. It needs the absolute form, `GET "
                + "http://music.test/` (RFC 9112, section 3.2.2), or a `CONNECT` if the page is under `https`. The course's "
                + "proxy answers 400.",
            (method, address, _) => Right(method, address, false)),
        new(
            "sends a server the whole address",
            "Your method sends the absolute form to the server itself. It is for proxies; a client that talks to a server sends "
                + "path and query only, and puts the host into `Host` (RFC 9112, section 3.2.1). Servers must understand both, "
                + "but many small ones look for a file of the name `http://…`.",
            (method, address, _) =>
                Head($"{method} {address.Scheme}://{address.Authority}{address.PathAndQuery}", address.Authority)),
        new(
            "asks the proxy for an https page in the clear",
            "Your method sends the proxy the whole request for an `https` address. The proxy would then have to speak TLS in "
                + "your place, and would see every page and password. Ask it for a tunnel with `CONNECT`; the real request "
                + "is sent later, through the tunnel, and encrypted.",
            (method, address, toProxy) => toProxy
                ? Head($"{method} {address.Scheme}://{address.Authority}{address.PathAndQuery}", address.Authority)
                : Right(method, address, false)),
        new(
            "asks for a tunnel without a port",
            "The target of `CONNECT` is a host and a port, even if the port is 443 (RFC 9112, section 3.2.3). There is no "
                + "scheme in this line that could have a default: the proxy does not know that the bytes will be TLS. "
                + "`address.Authority` leaves the port out.",
            (method, address, toProxy) => toProxy && address.Scheme == "https"
                ? Head($"CONNECT {address.Authority}", address.Authority) : Right(method, address, toProxy)),
        new(
            "asks for every tunnel to port 443",
            "Your method writes `:443` for every tunnel. 443 is only the default of `https`. In `https://bench.test:8443/` the "
                + "address names another port, and that is where the server is. Take the port from `address.Port`.",
            (method, address, toProxy) => toProxy && address.Scheme == "https"
                ? Head($"CONNECT {address.Host}:443", $"{address.Host}:443") : Right(method, address, toProxy)),
        new(
            "ends lines with `\\n` only",
            "A line of HTTP ends with two bytes, CR and LF: `\\r\\n`. Your method sends only `\\n`. Some servers accept "
                + "that, and others wait for the rest of the line until they lose patience. Where a proxy and a server "
                + "disagree about the end of a line, an attacker can hide a request in between.",
            (method, address, toProxy) => Right(method, address, toProxy).Replace(LineEnd, "\n", StringComparison.Ordinal)),
        new(
            "forgets the empty line",
            "Your method does not send the empty line that ends the head. The server waits for more fields and your "
                + "client waits for the answer, until one of them gives up. The text must end with `\\r\\n\\r\\n`.",
            (method, address, toProxy) => Right(method, address, toProxy)[..^LineEnd.Length]),
        new(
            "sends the whole text of the address",
            "Your method sends the address as it is. The part after `#` is for the browser, which scrolls to it. A name and a "
                + "password before the `@` would stand in the log of every proxy (RFC 9110, section 4.2.4, forbids to send "
                + "them). Build the address from `address.Authority` and `address.PathAndQuery`.",
            (method, address, toProxy) => toProxy && address.Scheme == "http"
                ? Head($"{method} {address.AbsoluteUri}", address.Authority) : Right(method, address, toProxy)),
        new(
            "forgets the query",
            "Your method sends only the path. What follows the `?` is for the server, too: without it, the search page does not "
                + "learn what to search for. `address.AbsolutePath` has no query, `address.PathAndQuery` has one.",
            (method, address, toProxy) => Right(method, new Uri(address.GetLeftPart(UriPartial.Path)), toProxy)),
        new(
            "leaves the port out of `Host`",
            "Your method writes only the name into `Host`. Servers at different ports of one host are different sites, and a "
                + "page that makes links from `Host` would send its readers to port 80. The port is left out only if it is "
                + "the default of the scheme: `address.Authority` does just that.",
            (method, address, toProxy) => toProxy && address.Scheme == "https" ? Right(method, address, true)
                : Right(method, address, toProxy).Replace(
                    $"Host: {address.Authority}", $"Host: {address.Host}", StringComparison.Ordinal)),
        new(
            "always writes the port into `Host`",
            "Your method writes the port into `Host` even if it is the default of the scheme: 80 for `http`, 443 for `https`. "
                + "Browsers leave a default port out, and some servers take `music.test:80` for another site than "
                + "`music.test`. `address.Authority` contains the port only if it is not the default.",
            (method, address, toProxy) => toProxy && address.Scheme == "https" ? Right(method, address, true)
                : Right(method, address, toProxy).Replace(
                    $"Host: {address.Authority}", $"Host: {address.Host}:{address.Port}", StringComparison.Ordinal)),
        new(
            "asks for a tunnel with another method",
            "Your method sends the proxy a host and a port, but with the method of the page. Only `CONNECT` asks for a tunnel. "
                + "The page's own method comes later, in the request that goes through the tunnel.",
            (method, address, toProxy) => toProxy && address.Scheme == "https"
                ? Head($"{method} {address.Host}:{address.Port}", address.Authority) : Right(method, address, toProxy)),
        new(
            "asks a server for a tunnel",
            "Your method sends `CONNECT` for every `https` address, also to the server itself. A tunnel leads through a proxy, "
                + "and here there is none: TLS is set up already, so send the request for the page.",
            (method, address, toProxy) => Right(method, address, toProxy || address.Scheme == "https")),
    ];

    private protected override IEnumerable<Request> Cases(Random random)
    {
        yield return new("GET", "http://music.test/gbk", false);
        yield return new("GET", "http://music.test/gbk", true);
        yield return new("GET", "https://music.test/gbk", false);
        yield return new("GET", "https://music.test/gbk", true);
        yield return new("GET", "http://music.test/search?q=moon", false);
        yield return new("GET", "http://music.test/search?q=moon", true);
        yield return new("GET", "http://bench.test:8080/echo", false);
        yield return new("GET", "http://bench.test:8080/echo", true);
        yield return new("GET", "https://bench.test:8443/echo", true);
        yield return new("GET", "http://music.test", true);
        yield return new("GET", "http://music.test/gbk#pieces", true);
        yield return new("GET", "http://li:sesame@bench.test/echo", true);
        yield return new("POST", "https://bench.test/form", true);
        yield return new("HEAD", "http://[::1]:8080/", true);
        yield return new("HEAD", "https://[::1]/", true);
        yield return new("GET", "http://music.test/search?q=月", false);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return RandomRequest(random);
        }
    }

    private protected override object? Apply(Answer answer, Request arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return Plain(answer(arguments.Method, new Uri(arguments.Address), arguments.ToProxy));
    }

    private protected override string Describe(Request arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var to = arguments.ToProxy ? "the proxy" : "the server";
        return $"connected to {to}, to send `{arguments.Method}` for `{arguments.Address}`";
    }

    private static Request RandomRequest(Random random)
    {
        var host = random.GetItems(["music.test", "bench.test", "www.adder.test", "127.0.0.1"], 1)[0];
        var port = random.GetItems(["", "", ":8080", ":80", ":443", ":8443"], 1)[0];
        var path = random.GetItems(["", "/", "/gbk", "/piece/7", "/a/b.html"], 1)[0];
        var query = random.Next(3) == 0 ? "?q=" + random.GetString("abc", 2) : "";
        var fragment = random.Next(4) == 0 ? "#top" : "";
        var scheme = random.Next(2) == 0 ? "http" : "https";
        var method = random.GetItems(["GET", "GET", "HEAD", "POST", "DELETE"], 1)[0];
        return new(method, $"{scheme}://{host}{port}{path}{query}{fragment}", random.Next(3) > 0);
    }

    private static string Right(string method, Uri address, bool toProxy) => (toProxy, address.Scheme) switch
    {
        (false, _) => Head($"{method} {address.PathAndQuery}", address.Authority),
        (true, "http") => Head($"{method} http://{address.Authority}{address.PathAndQuery}", address.Authority),
        (true, _) => Head($"CONNECT {address.Host}:{address.Port}", $"{address.Host}:{address.Port}"),
    };

    private static string Head(string firstLine, string host) => $"{firstLine} HTTP/1.1{LineEnd}Host: {host}{LineEnd}{LineEnd}";

    // The same request in its plainest form, without further fields. In the Host of a tunnel, the examples of RFC 9110 leave out
    // the port, and many programs write it: both are right. The plainest form is that of the task, without the default port.
    private static string? Plain(string? head)
    {
        if (head is null || !head.EndsWith(LineEnd + LineEnd, StringComparison.Ordinal))
        {
            return head;
        }

        var lines = head[..^4].Split(LineEnd);
        var fields = lines.Skip(1).Select(line => line.Split(':', 2)).ToList();
        var hosts = fields.Where(field => field[0].Equals("Host", StringComparison.OrdinalIgnoreCase)).ToList();
        if (hosts.Count != 1 || lines.Any(line => line.AsSpan().ContainsAny('\r', '\n'))
            || fields.Any(field => field.Length < 2 || field[0].Length == 0 || field[0].AsSpan().ContainsAny(' ', '\t')))
        {
            return head;
        }

        var host = hosts[0][1].Trim(' ', '\t');
        const string tunnel = "CONNECT ";
        var target = lines[0].StartsWith(tunnel, StringComparison.Ordinal) ? lines[0].Split(' ')[1] : "";
        if (target == host || target.StartsWith(host + ":", StringComparison.Ordinal))
        {
            host = target.EndsWith(":443", StringComparison.Ordinal) ? target[..^4] : target;
        }

        return $"{lines[0]}{LineEnd}Host: {host}{LineEnd}{LineEnd}";
    }

    /// <summary>A request that a client wants to send; see <see cref="Answer"/>.</summary>
    /// <param name="Method">The method.</param>
    /// <param name="Address">The address of the page.</param>
    /// <param name="ToProxy">Whether the client is connected to a proxy.</param>
    public sealed record Request(string Method, string Address, bool ToProxy);
}
