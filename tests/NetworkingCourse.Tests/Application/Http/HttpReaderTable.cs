using NetworkingCourse.Application;

namespace NetworkingCourse.Tests.Application;

/// <summary>A rule of RFC 9110 or RFC 9112 for a client that reads a response.</summary>
/// <param name="Source">The section with the rule.</param>
/// <param name="Rule">The rule, in a few words.</param>
/// <param name="Response">What the server sends before it closes the connection.</param>
internal sealed record HttpReaderRow(string Source, string Rule, string Response)
{
    /// <summary>The method of the request.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The rules that the reader applies.</summary>
    public HttpRules Rules { get; init; } = HttpRules.Strict;

    /// <summary>How the reader finds the end of the body.</summary>
    public HttpFraming Framing { get; init; }

    /// <summary>The body.</summary>
    public string Body { get; init; } = "";

    /// <summary>A header field and its value; null if the header has no such field.</summary>
    public (string Name, string? Value) Field { get; init; } = ("X-None", null);

    /// <summary>The bytes after the message, which are not part of it.</summary>
    public string Left { get; init; } = "";

    /// <summary>Whether another request may follow on the connection.</summary>
    public bool Persists { get; init; } = true;

    /// <summary>The reason for which the response is refused; empty if it is read.</summary>
    public string Refused { get; init; } = "";
}

/// <summary>The rules. A row that ends with "not here" is about something that the strict reader refuses on purpose.</summary>
internal static class HttpReaderTable
{
    public static IReadOnlyList<HttpReaderRow> Rows { get; } =
    [
        new("RFC 9112 4", "the reason can be missing, but not the space before it", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n")
        {
            Framing = HttpFraming.Length,
        },
        new("RFC 9112 4", "no space", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n") { Refused = "a status line is" },
        new("RFC 9110 15", "a status code over 599 is treated as 5xx: not here",
            "HTTP/1.1 600 ?\r\nContent-Length: 0\r\n\r\n")
        {
            Refused = "a status code is",
        },
        new("RFC 9110 6.2", "a higher minor version", "HTTP/1.7 200 OK\r\nContent-Length: 1\r\n\r\na")
        {
            Framing = HttpFraming.Length, Body = "a",
        },
        new("RFC 9112 2.2", "LF alone may end a line: not here", "HTTP/1.1 200 OK\nContent-Length: 0\n\n")
        {
            Refused = "LF alone",
        },
        new("RFC 9112 2.2", "the tolerant reader accepts it", "HTTP/1.1 200 OK\nContent-Length: 0\n\n")
        {
            Rules = HttpRules.ChunksWin, Framing = HttpFraming.Length,
        },
        new("RFC 9110 5.5", "white space around a value is not part of it, other bytes are",
            "HTTP/1.1 204 No\r\nX: \t\u00e4  b \r\n\r\n")
        {
            Field = ("X", "\u00e4  b"),
        },
        new("RFC 9110 5.3", "fields of the same name are one list", "HTTP/1.1 204 No\r\nX: a\r\nY: b\r\nx: c\r\n\r\n")
        {
            Field = ("X", "a, c"),
        },
        new("RFC 9112 5.2", "a folded line is joined: not here", "HTTP/1.1 204 No\r\nX: a\r\n\t b\r\n\r\n")
        {
            Refused = "begins with white space",
        },
        new("RFC 9112 5.2", "the tolerant reader joins it", "HTTP/1.1 204 No\r\nX: a\r\n\t b\r\n\r\n")
        {
            Rules = HttpRules.ChunksWin, Field = ("X", "a b"),
        },
        new("RFC 9112 6.3", "a response to HEAD has no body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        {
            Method = "HEAD", Field = ("Content-Length", "9"),
        },
        new("RFC 9112 6.3", "nor does 304", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
        new("RFC 9112 6.3", "a tunnel begins after the header", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbytes")
        {
            Method = "CONNECT", Left = "bytes",
        },
        new("RFC 9112 6.3", "a length and a coding: not here",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        {
            Refused = "one of the two is a lie",
        },
        new("RFC 9112 6.3", "the coding overrides the length",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        {
            Rules = HttpRules.ChunksWin, Framing = HttpFraming.Chunked,
        },
        new("RFC 9112 6.3", "a coding without chunks ends with the connection: not here",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc")
        {
            Refused = "other than chunked",
        },
        new("RFC 9112 6.1", "a coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        {
            Refused = "HTTP/1.0 has no",
        },
        new("RFC 9112 6.3", "an invalid length", "HTTP/1.1 200 OK\r\nContent-Length: 1,2\r\n\r\nab")
        {
            Refused = "more than one Content-Length",
        },
        new("RFC 9110 8.6", "the same length twice may be repaired: not here", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na")
        {
            Refused = "more than one Content-Length",
        },
        new("RFC 9112 6.3", "what follows a message is not part of it",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\n")
        {
            Framing = HttpFraming.Length, Body = "abc", Left = "HTTP/1.1 200 OK\r\n\r\n",
        },
        new("RFC 9112 6.3", "without either, the body ends with the connection", "HTTP/1.1 200 OK\r\n\r\nabc")
        {
            Framing = HttpFraming.Close, Body = "abc", Persists = false,
        },
        new("RFC 9112 8", "an incomplete body", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc")
        {
            Refused = "1 byte missing from the body",
        },
        new("RFC 9112 8", "chunks without the last one", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        {
            Refused = "between two chunks",
        },
        new("RFC 9112 7.1", "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n")
        {
            Framing = HttpFraming.Chunked, Body = "abc0123456789",
        },
        new("RFC 9112 7.1.1", "chunk extensions are ignored",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\"b;c\"\r\n!\r\n0;d\r\n\r\n")
        {
            Framing = HttpFraming.Chunked, Body = "!",
        },
        new("RFC 9112 7.1.2", "trailers are not merged into the header",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n")
        {
            Framing = HttpFraming.Chunked, Field = ("X", null),
        },
        new("RFC 9112 9.3", "HTTP/1.0 does not keep the connection", "HTTP/1.0 204 No\r\n\r\n") { Persists = false },
        new("RFC 9112 9.3", "unless it says so", "HTTP/1.0 204 No\r\nConnection: Keep-Alive\r\n\r\n"),
        new("RFC 9112 9.3", "HTTP/1.1 keeps it unless it says otherwise", "HTTP/1.1 204 No\r\nConnection: x, CLOSE\r\n\r\n")
        {
            Persists = false,
        },
    ];
}
