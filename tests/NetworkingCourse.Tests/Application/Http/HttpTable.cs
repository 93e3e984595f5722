namespace NetworkingCourse.Tests.Application;

/// <summary>A rule of RFC 9110 or RFC 9112 for a proxy, as a conversation between client, proxy and server.</summary>
/// <param name="Source">The section with the rule.</param>
/// <param name="Rule">The rule, in a few words.</param>
/// <param name="Request">What the client sends.</param>
internal sealed record HttpRow(string Source, string Rule, string Request)
{
    /// <summary>What the server gets, byte for byte; null if the proxy does not connect to it.</summary>
    public string? Forwarded { get; init; }

    /// <summary>What the server sends.</summary>
    public string Response { get; init; } = HttpTable.Ok;

    /// <summary>What the client gets, byte for byte, with <c>{date}</c> for the time; null if it is an error page.</summary>
    public string? Received { get; init; }

    /// <summary>The status code of the error page.</summary>
    public int Status { get; init; }

    /// <summary>A field of the error page.</summary>
    public string Field { get; init; } = "";

    /// <summary>Whether the proxy closes the connection to the client.</summary>
    public bool Closes { get; init; }
}

/// <summary>
/// The rules. A row that ends with "not here" is about something that this proxy does not do on purpose; it then refuses with
/// the appropriate status code. Rules about several exchanges have tests of their own: retries (RFC 9110, section 9.2.2), tunnels
/// and deadlines.
/// </summary>
internal static class HttpTable
{
    public const string Ok = "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nok";

    private const string Then = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
    private const string Via = "Via: 1.1 course-proxy\r\n";
    private const string Close = "Connection: close\r\n";
    private const string Allow = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, CONNECT";
    private const string OwnOptions = $"HTTP/1.1 200 OK\r\n{Allow}\r\nContent-Length: 0\r\n\r\n";
    private const string Hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n";
    private const string Echo = "3 ; a\t=\"\\\"; b\";c\r\nabc\r\n0;d=e\r\n\r\n"; // chunks with extensions

    private static readonly string HandedOn = Response("200 OK", Then + "Content-Length: 2\r\n", "ok");
    private static readonly string Long = new('x', 7_973); // in a request line of 8,000 bytes

    public static IReadOnlyList<HttpRow> Rows { get; } =
    [
        // The start line.
        HandsOn("RFC 9112 2.2", "an empty line before a request is ignored", "\r\n" + Get(), To()),
        Refuses(400, "RFC 9112 2.2", "but not two", "\r\n\r\n" + Get()),
        Refuses(400, "RFC 9112 2.2", "LF alone may end a line: not here", "GET http://a.test/x HTTP/1.1\nHost: a.test\n\n"),
        Refuses(400, "RFC 9112 2.2", "CR alone is invalid", Get("X-Field: a\rb\r\n")),
        Refuses(400, "RFC 9112 2.2", "white space before the first field",
            "GET http://a.test/x HTTP/1.1\r\n Host: a.test\r\n\r\n"),
        Refuses(400, "RFC 9112 2.2", "something that is not a request", "who goes there?\r\n\r\n"),
        Refuses(400, "RFC 9112 3", "two spaces between the parts", "GET  http://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        Old("RFC 9112 2.3", "a proxy sends its own version, and the client's in Via", Get(version: "HTTP/1.0"), To()),
        HandsOn("RFC 9110 6.2", "a higher minor version is treated like the highest known one",
            Get(version: "HTTP/1.2"), Now("1.2", To())),
        Answers("RFC 9110 6.2", "also in a response", Replaced(Ok, "HTTP/1.1", "HTTP/1.9"), Now("1.9", HandedOn)),
        Refuses(505, "RFC 9110 15.6.6", "another major version", Get(version: "HTTP/2.0")),
        Refuses(400, "RFC 9112 2.3", "something that is not a version", Get(version: "HTTP/1.10")),
        Refuses(400, "RFC 9112 2.3", "a version in lower case", Get(version: "http/1.1")),
        HandsOn("RFC 9112 3", "a request line of 8,000 bytes is accepted",
            Get(target: "http://a.test/" + Long), To(path: "/" + Long)),
        Refuses(414, "RFC 9112 3", "a target that is too long", Get(target: "http://a.test/" + Long + Long)),
        Refuses(501, "RFC 9112 3", "a method that is too long", Get(method: Long + Long)),
        HandsOn("RFC 9110 9.1, 16.1", "an unknown method", Get(method: "M-SEARCH"), To(method: "M-SEARCH")),

        // The target.
        Refuses(400, "RFC 9112 3.2", "characters that a URI cannot have", Get(target: "http://a.test/{}|^")),
        Refuses(400, "RFC 9112 3.2", "an invalid escape", Get(target: "http://a.test/%zz")),
        Refuses(400, "RFC 9112 3.2", "a fragment, which clients do not send", Get(target: "http://a.test/x#y")),
        Refuses(400, "RFC 9112 3.2.1", "a path without a host, as for an origin: not here", Get(target: "/x")),
        HandsOn("RFC 9112 3.2.2", "Host is made from the target, whatever it was", Get(host: "b.test:81"), To()),
        Old("RFC 9112 3.2.2", "even if there was none", "GET http://a.test/x HTTP/1.0\r\n\r\n", To()),
        HandsOn("RFC 3986 3.2.3", "an empty port is the default port", Get(target: "http://a.test:/x"), To()),
        HandsOn("RFC 9110 4.2.3", "the default port need not be stated", Get(target: "http://a.test:80/x"), To()),
        HandsOn("RFC 9110 4.2.3", "an empty path is the same as /", Get(target: "http://a.test"), To(path: "/")),
        HandsOn("RFC 9110 4.2.3", "also before a query", Get(target: "http://a.test?q"), To(path: "/?q")),
        HandsOn("RFC 9110 4.2.3", "a scheme can be in upper case", Get(target: "HTTP://a.test/x"), To()),
        HandsOn("RFC 9110 7.7", "path and query stay as they are",
            Get(target: "http://a.test/a%2Fb/../c//d;p?x=%41&&y=?/"), To(path: "/a%2Fb/../c//d;p?x=%41&&y=?/")),
        HandsOn("RFC 9110 7.7", "the host name stays as it is", Get(target: "http://A.Test/x"), To(host: "A.Test")),
        Refuses(400, "RFC 9110 4.2.1", "an http URI without a host", Get(target: "http:///x")),
        Refuses(400, "RFC 9110 4.2.1", "or with nothing before the port", Get(target: "http://:80/x")),
        Refuses(403, "RFC 9110 4.2.4", "a user name and password in a URI", Get(target: "http://u:p@a.test/x")),
        Refuses(403, "RFC 9110 7.6", "a request to the proxy's own address", Get(target: "http://{proxy}/x")),
        Refuses(400, "RFC 9110 4.2.2", "https without a tunnel: not here", Get(target: "https://a.test/x")),
        Refuses(400, "RFC 9112 3.2.3", "a tunnel without a port", Get(method: "CONNECT", target: "a.test")),
        Refuses(400, "RFC 9112 3.2.3", "a tunnel with a path", Get(method: "CONNECT", target: "a.test:443/")),
        Refuses(400, "RFC 9110 9.3.6", "a tunnel to an empty port", Get(method: "CONNECT", target: "a.test:")),
        Refuses(400, "RFC 9110 9.3.6", "a tunnel to an invalid port", Get(method: "CONNECT", target: "a.test:65979")),
        Refuses(403, "RFC 9110 9.3.6", "a tunnel to a port that is not for tunnels", Get(method: "CONNECT", target: "a.test:22")),
        new("RFC 9110 9.3.6, 8.6, RFC 9112 6.1", "a successful CONNECT has neither length nor coding",
            Get(method: "CONNECT", target: "a.test:443"))
        {
            Forwarded = "", Response = "", Received = "HTTP/1.1 200 Connection established\r\n\r\n",
        },
        Refuses(400, "RFC 9112 3.2.4", "an asterisk with another method than OPTIONS", Get(target: "*")),
        HandsOn("RFC 9112 3.2.4", "OPTIONS without a path becomes an asterisk",
            Get(method: "OPTIONS", target: "http://a.test"), To(method: "OPTIONS", path: "*")),
        HandsOn("RFC 9112 3.2.4", "but not with a path",
            Get(method: "OPTIONS", target: "http://a.test/"), To(method: "OPTIONS", path: "/")),
        HandsOn("RFC 9112 3.2.4", "and not with a query",
            Get(method: "OPTIONS", target: "http://a.test?q"), To(method: "OPTIONS", path: "/?q")),
        new("RFC 9110 9.3.7", "OPTIONS * asks about the proxy itself", Get(method: "OPTIONS", target: "*"))
        {
            Received = OwnOptions,
        },

        // The number of hops.
        new("RFC 9110 7.6.2", "no hop is left: the proxy answers", Get("Max-Forwards: 0\r\n", "OPTIONS"))
        {
            Received = OwnOptions,
        },
        new("RFC 9110 7.6.2", "also if there is a body, which is not read",
            Get("Max-Forwards: 0\r\nContent-Length: 3\r\n", "OPTIONS") + "abc")
        {
            Received = OwnOptions[..^2] + Close + "\r\n", Closes = true,
        },
        HandsOn("RFC 9110 7.6.2", "one hop is left", Get("Max-Forwards: 1\r\n", "OPTIONS"), To("Max-Forwards: 0\r\n", "OPTIONS")),
        HandsOn("RFC 9110 7.6.2", "one hop is taken off",
            Get("X: y\r\nMax-Forwards: 0005\r\n", "OPTIONS"), To("X: y\r\nMax-Forwards: 4\r\n", "OPTIONS")),
        HandsOn("RFC 9110 7.6.2", "more hops than the proxy supports",
            Get("Max-Forwards: 99999999999999999999\r\n", "OPTIONS"), To("Max-Forwards: 2147483646\r\n", "OPTIONS")),
        Refuses(400, "RFC 9110 7.6.2", "not a number", Get("Max-Forwards: +5\r\n", "OPTIONS")),
        Refuses(400, "RFC 9110 7.6.2", "two numbers", Get("Max-Forwards: 5\r\nMax-Forwards: 5\r\n", "OPTIONS")),
        HandsOn("RFC 9110 7.6.2", "other methods may have no limit", Get("Max-Forwards: 0\r\n"), To("Max-Forwards: 0\r\n")),
        HandsOn("RFC 9110 9.3.7", "a proxy sets no limit", Get(method: "OPTIONS"), To(method: "OPTIONS")),
        new("RFC 9110 9.3.8", "TRACE: not here", Get("Max-Forwards: 0\r\n", "TRACE"))
        {
            Status = 405, Field = Allow, Closes = true,
        },

        // Fields.
        Refuses(400, "RFC 9112 3.2", "HTTP/1.1 without Host", "GET http://a.test/x HTTP/1.1\r\n\r\n"),
        Refuses(400, "RFC 9112 3.2", "two Hosts", Get("Host: a.test\r\n")),
        Refuses(400, "RFC 9112 3.2", "two Hosts in HTTP/1.0", Get("Host: a.test\r\n", version: "HTTP/1.0")),
        Refuses(400, "RFC 9112 3.2", "an invalid Host: a bracket", Get(host: "[")),
        Refuses(400, "RFC 9112 3.2", "an invalid Host: letters for a port", Get(host: "a:x")),
        Refuses(400, "RFC 9112 3.2", "an invalid Host: two ports", Get(host: "a:80:80")),
        HandsOn("RFC 9112 3.2", "a valid Host: an address with an empty port", Get(host: "[2001:db8::1]:"), To()),
        Refuses(400, "RFC 9112 5.1", "white space before a colon", Get("X-Field : y\r\n")),
        Answers("RFC 9112 5.1", "is removed from a response", Replaced(Ok, "Date:", "Date \t:"), HandedOn),
        Refuses(400, "RFC 9112 5.2", "a folded line", Get("X-Field: y\r\n z\r\n")),
        BadGateway("RFC 9112 5.2", "a folded line in a response", Replaced(Ok, "Date: Thu,", "Date: Thu,\r\n")),
        HandsOn("RFC 9110 5.1", "unknown fields are handed on",
            Get("X-Field: y\r\nx-other:z\r\n"), To("X-Field: y\r\nx-other: z\r\n")),
        HandsOn("RFC 9110 5.3", "fields of the same name stay in order",
            Get("A: 1\r\nB: 2\r\na: 3\r\nA: 2\r\n"), To("A: 1\r\nB: 2\r\na: 3\r\nA: 2\r\n")),
        Refuses(431, "RFC 9110 5.4", "a field that is too long", Get($"X-Field: {Long}{Long}\r\n")),
        Refuses(431, "RFC 9110 5.4", "too many fields", Get(string.Concat(Enumerable.Repeat("X: y\r\n", 101)))),
        HandsOn("RFC 9110 5.5", "white space around a value is not part of it",
            Get("X-Field: \t y z \t\r\n"), To("X-Field: y z\r\n")),
        HandsOn("RFC 9110 5.5", "bytes that are not ASCII stay as they are",
            Get("X-Field: \u00e4\u00ff\r\n"), To("X-Field: \u00e4\u00ff\r\n")),
        Refuses(400, "RFC 9110 5.5", "NUL", Get("X-Field: a\0b\r\n")),
        Refuses(400, "RFC 9110 5.5", "other control characters", Get("X-Field: a\u0001b\r\n")),
        HandsOn("RFC 9110 11.6.2", "credentials for the origin stay as they are",
            Get("Authorization: Basic eDp5\r\n"), To("Authorization: Basic eDp5\r\n")),
        HandsOn("RFC 9110 13.2.1", "conditions are for the origin to evaluate",
            Get("If-None-Match: \"a\"\r\nRange: bytes=0-1\r\n"), To("If-None-Match: \"a\"\r\nRange: bytes=0-1\r\n")),
        Answers("RFC 9110 10.2.1", "Allow stays as it is",
            $"HTTP/1.1 405 No\r\n{Then}Allow: GET\r\nContent-Length: 0\r\n\r\n",
            Response("405 No", Then + "Allow: GET\r\nContent-Length: 0\r\n", "")),
        Answers("RFC 9110 11.6.1", "the origin's challenge stays as it is",
            $"HTTP/1.1 401 No\r\n{Then}WWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n",
            Response("401 No", Then + "WWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n", "")),

        // Fields of this hop.
        HandsOn("RFC 9110 7.6.1", "Connection, and the fields that it names",
            Get("Connection: X-Mine\r\nX-Mine: 1\r\nconnection: close-to-you , x-Other\r\nX-OTHER: 2\r\nX-Yours: 3\r\n"),
            To("X-Yours: 3\r\n")),
        HandsOn("RFC 9110 5.6.1.2", "a list may have empty members", Get("Connection: ,, X-Mine ,\t,\r\nX-Mine: 1\r\n"), To()),
        HandsOn("RFC 9110 7.6.1", "fields that need not be named",
            Get("Keep-Alive: 5\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\n"), To()),
        HandsOn("RFC 9110 11.7.2", "credentials for the proxy", Get("Proxy-Authorization: Basic eDp5\r\n"), To()),
        Answers("RFC 9110 7.6.1", "the same in a response",
            With("Connection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\n"), HandedOn),
        Answers("RFC 9110 11.7.1, 11.7.3", "a proxy's challenge is for its own client",
            With("Proxy-Authenticate: Basic realm=\"a\"\r\nProxy-Authentication-Info: a\r\n"), HandedOn),
        HandsOn("RFC 9110 7.6.1", "trailers that Connection names",
            Post("chunked\r\nConnection: X-Mine", "3\r\nabc\r\n0\r\nX-Yours: 1\r\nX-Mine: 2\r\nTE: 3\r\n\r\n"),
            To("Transfer-Encoding: chunked\r\n", "POST") + "3\r\nabc\r\n0\r\nX-Yours: 1\r\n\r\n"),
        Answers("RFC 9110 7.6.1", "trailers of a response that Connection names",
            Chunked(Then + "Connection: X-Mine\r\n", "1\r\na\r\n0\r\nX-Mine: 2\r\nX-Yours: 1\r\n\r\n"),
            Response("200 OK", Then + "Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nX-Yours: 1\r\n\r\n")),
        HandsOn("RFC 9110 7.6.1", "but not the length, without which there would be no body",
            Get("Connection: Content-Length\r\nContent-Length: 3\r\n", "POST") + "abc",
            To("Content-Length: 3\r\n", "POST") + "abc"),
        HandsOn("RFC 9110 7.6.3", "Via is added at the end",
            Get("Via: 1.0 fred, 1.1 p.test\r\n"), To("Via: 1.0 fred, 1.1 p.test\r\n")),
        Answers("RFC 9110 7.6.3", "also in a response",
            With("Via: 1.0 fred\r\n"), Response("200 OK", "Via: 1.0 fred\r\n" + Then + "Content-Length: 2\r\n", "ok")),
        BadGateway("RFC 9110 7.8", "a change of protocol that the proxy did not ask for",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
            Get("Connection: Upgrade\r\nUpgrade: h2c\r\n")),
        Answers("RFC 9110 6.6.1", "a response without a date gets one",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{Via}Date: {{date}}\r\n\r\nok"),

        // The body of a request.
        HandsOn("RFC 9112 6.3", "neither length nor coding: no body", Get(method: "POST"), To(method: "POST")),
        HandsOn("RFC 9112 6.3", "a length",
            Get("Content-Length: 003\r\n", "POST") + "abc", To("Content-Length: 003\r\n", "POST") + "abc"),
        Refuses(400, "RFC 9112 6.1", "a length and a coding", Post("chunked\r\nContent-Length: 5")),
        Refuses(400, "RFC 9112 6.1", "a coding in HTTP/1.0",
            Get("Transfer-Encoding: chunked\r\n", "POST", version: "HTTP/1.0") + "0\r\n\r\n"),
        Refuses(501, "RFC 9112 6.1", "an unknown coding before chunks", Post("gzip, chunked")),
        Refuses(501, "RFC 9112 6.1", "an unknown coding in a line of its own", Post("gzip\r\nTransfer-Encoding: chunked")),
        Refuses(400, "RFC 9112 6.3", "another coding after chunks", Post("chunked, gzip")),
        Refuses(400, "RFC 9112 6.3", "another coding without chunks", Post("gzip")),
        Refuses(400, "RFC 9112 6.1", "chunks twice", Post("chunked, chunked")),
        Refuses(400, "RFC 9112 7.1", "chunks with a parameter", Post("chunked;q=1")),
        HandsOn("RFC 9112 7, RFC 9110 5.6.1.2", "a coding in upper case, in a list with empty members",
            Post(", Chunked ,"), To("Transfer-Encoding: chunked\r\n", "POST") + "0\r\n\r\n"),
        Refuses(400, "RFC 9112 6.3", "an invalid length", Get("Content-Length: 3x\r\n", "POST") + "abc"),
        Refuses(400, "RFC 9112 6.3", "two lengths", Get("Content-Length: 3\r\nContent-Length: 4\r\n", "POST") + "abcd"),
        Refuses(400, "RFC 9110 8.6", "the same length twice may be repaired: not here",
            Get("Content-Length: 3, 3\r\n", "POST") + "abc"),
        Refuses(413, "RFC 9110 8.6", "a length too large for any integer",
            Get($"Content-Length: {new string('9', 100)}\r\n", "POST")),
        HandsOn("RFC 9112 7.1.1", "chunk extensions are ignored",
            Post("chunked", Echo), To("Transfer-Encoding: chunked\r\n", "POST") + Echo),
        HandsOn("RFC 9112 7.1.2", "trailers are handed on",
            Post("chunked\r\nTrailer: X-Sum", "00A\r\n0123456789\r\n000\r\nX-Sum: 45\r\n\r\n"),
            To("Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n", "POST") + "00A\r\n0123456789\r\n000\r\nX-Sum: 45\r\n\r\n"),

        // The body of a response.
        Answers("RFC 9110 8.6, RFC 9112 6.1", "204 has neither length nor coding",
            $"HTTP/1.1 204 No\r\n{Then}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", Response("204 No", Then, "")),
        new("RFC 9110 9.3.2", "a response to HEAD has no body, whatever its length says", Get(method: "HEAD"))
        {
            Forwarded = To(method: "HEAD"), Response = Ok[..^2], Received = HandedOn[..^2],
        },
        Answers("RFC 9110 15.4.5", "nor does 304 have one",
            Replaced(Ok[..^2], "200", "304"), Replaced(HandedOn[..^2], "200", "304")),
        new("RFC 9112 6.3", "a body that ends with the connection", Get())
        {
            Forwarded = To(), Response = $"HTTP/1.1 200 OK\r\n{Then}\r\nto the end",
            Received = Response("200 OK", Then, "to the end", Close), Closes = true,
        },
        BadGateway("RFC 9112 6.3", "an invalid length in a response", Replaced(Ok, "Length: 2", "Length: 2x")),
        BadGateway("RFC 9112 6.3", "a length and a coding in a response", With("Transfer-Encoding: chunked\r\n")),
        BadGateway("RFC 9112 6.3", "an unknown coding in a response: not here",
            $"HTTP/1.1 200 OK\r\n{Then}Transfer-Encoding: gzip\r\n\r\nabc"),
        BadGateway("RFC 9112 6.1", "a coding in an HTTP/1.0 response",
            Replaced(Chunked(Then, "0\r\n\r\n"), "HTTP/1.1", "HTTP/1.0")),
        Old("RFC 9112 6.1", "an HTTP/1.0 client does not get chunks, but their content", Get(version: "HTTP/1.0"), To(),
            Chunked(Then + "Trailer: X\r\n", "3;a\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n"),
            Response("200 OK", Then, "abcde", Close)),
        Old("RFC 9112 6.1", "nor does a response to its HEAD mention them",
            Get(method: "HEAD", version: "HTTP/1.0"), To(method: "HEAD"), Chunked(Then, ""), Response("200 OK", Then, "", Close)),

        // Several responses, several requests.
        Answers("RFC 9110 15.2", "1xx are handed on, without length and coding",
            Hints + "Content-Length: 0\r\n\r\n" + Ok, $"{Hints}{Via}\r\n{HandedOn}"),
        Old("RFC 9110 15.2", "but not to an HTTP/1.0 client", Get(version: "HTTP/1.0"), To(), $"{Hints}\r\n{Ok}"),
        new("RFC 9110 10.1.1", "100-continue is for the origin to answer",
            Get("Expect: 100-continue\r\nContent-Length: 3\r\n", "POST") + "abc")
        {
            Forwarded = To("Expect: 100-continue\r\nContent-Length: 3\r\n", "POST") + "abc",
            Response = "HTTP/1.1 100 Continue\r\n\r\n" + Ok, Received = $"HTTP/1.1 100 Continue\r\n{Via}\r\n{HandedOn}",
        },
        Old("RFC 9110 10.1.1", "but has no meaning in HTTP/1.0",
            Get("Expect: 100-continue\r\nContent-Length: 3\r\n", "POST", version: "HTTP/1.0") + "abc",
            To("Content-Length: 3\r\n", "POST") + "abc"),
        Old("RFC 9112 9.3", "a proxy does not keep an HTTP/1.0 connection",
            Get("Connection: keep-alive\r\n", version: "HTTP/1.0"), To()),
        new("RFC 9112 9.6", "after close no more requests are read",
            Get("Connection: Close\r\n") + Get(target: "http://a.test/never"))
        {
            Forwarded = To(), Received = Response("200 OK", Then + "Content-Length: 2\r\n", "ok", Close), Closes = true,
        },
        HandsOn("RFC 9112 9.6", "an option that only looks like close", Get("Connection: close\u00a0, xclose\r\n"), To()),
        Answers("RFC 9112 9.6", "when the server closes, the client's connection goes on",
            With("Connection: close\r\n"), HandedOn),
    ];

    private static HttpRow Refuses(int status, string source, string rule, string request) =>
        new(source, rule, request) { Status = status, Closes = status != 403 };

    private static HttpRow HandsOn(string source, string rule, string request, string forwarded) =>
        new(source, rule, request) { Forwarded = forwarded, Received = HandedOn };

    private static HttpRow Answers(string source, string rule, string response, string received) =>
        new(source, rule, Get()) { Forwarded = To(), Response = response, Received = received };

    private static HttpRow BadGateway(string source, string rule, string response, string? request = null) =>
        new(source, rule, request ?? Get()) { Forwarded = To(), Response = response, Status = 502, Closes = true };

    private static HttpRow Old(
        string source, string rule, string request, string forwarded, string? response = null, string? received = null) =>
        new(source, rule, request)
        {
            Forwarded = Now("1.0", forwarded),
            Response = response ?? Ok,
            Received = received ?? Response("200 OK", Then + "Content-Length: 2\r\n", "ok", Close),
            Closes = true,
        };

    private static string Get(
        string fields = "", string method = "GET", string target = "http://a.test/x", string version = "HTTP/1.1",
        string host = "a.test") =>
        $"{method} {target} {version}\r\nHost: {host}\r\n{fields}\r\n";

    private static string Post(string coding, string body = "0\r\n\r\n") =>
        Get($"Transfer-Encoding: {coding}\r\n", "POST") + body;

    private static string To(string fields = "", string method = "GET", string path = "/x", string host = "a.test") =>
        $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{fields}{Via}\r\n";

    private static string With(string fields) => Replaced(Ok, "Date:", fields + "Date:");

    private static string Chunked(string fields, string chunks) =>
        $"HTTP/1.1 200 OK\r\n{fields}Transfer-Encoding: chunked\r\n\r\n{chunks}";

    private static string Response(string status, string fields, string body, string more = "") =>
        $"HTTP/1.1 {status}\r\n{fields}{Via}{more}\r\n{body}";

    // A message that reached the proxy in another version of HTTP.
    private static string Now(string version, string message) => Replaced(message, "Via: 1.1 course", $"Via: {version} course");

    private static string Replaced(string text, string old, string by) => text.Replace(old, by, StringComparison.Ordinal);
}
