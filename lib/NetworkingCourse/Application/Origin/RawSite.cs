using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace NetworkingCourse.Application;

/// <summary>
/// <c>raw.test</c>: responses that no proper server sends, or only to old clients. Kestrel refuses to write a body whose length
/// differs from its Content-Length, so here it only provides the connection, and this class writes every byte of the response.
/// Each connection carries one request.
/// </summary>
internal static class RawSite
{
    private static readonly TimeSpan HeadDeadline = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["/"] = Html(
            "<ul><li><a href=\"/close\">/close</a></li><li><a href=\"/too-long\">/too-long</a></li>"
            + "<li><a href=\"/too-short\">/too-short</a></li></ul>"),
        // Without a length and without chunks, the body ends with the connection (RFC 9112, section 6.3, rule 8).
        ["/close"] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
            + "This ends where the connection ends.\n",
        ["/too-long"] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n"
            + "A thousand bytes were promised.\n",
        ["/too-short"] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n"
            + "Ten bytes were promised, and here come more.\n",
    };

    private const string NotFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>Reads a request, writes the response, and closes the connection.</summary>
    /// <returns>The request's method and path, and the status; null if no request arrived.</returns>
    /// <exception cref="FormatException">The bytes received are not a valid request.</exception>
    public static async Task<(string Method, string Path, string Status)?> HandleAsync(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(HeadDeadline);
        if (await ReadAsync(connection, limit.Token).ConfigureAwait(false) is not { } request)
        {
            return null;
        }

        var answer = Answers.GetValueOrDefault(request.Target, NotFound);
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(answer), limit.Token).ConfigureAwait(false);
        return (request.Method, request.Target, answer.Split(' ')[1]);
    }

    private static string Html(string content)
    {
        var page = WebPage.Of("Byte by byte", content);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(page)}\r\n"
            + $"Connection: close\r\n\r\n{page}");
    }

    private static async Task<HttpMessage?> ReadAsync(ConnectionContext connection, CancellationToken cancellation)
    {
        var reader = HttpMessageReader.OfRequest();
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync(cancellation).ConfigureAwait(false);
            reader.Read(read.Buffer.ToArray());
            // Also consume what follows the request: closing a socket with unread bytes resets the connection.
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (reader.Message is not null || read.IsCompleted)
            {
                return reader.Message;
            }
        }
    }
}
