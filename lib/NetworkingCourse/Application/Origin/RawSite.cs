using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace NetworkingCourse.Application;

/// <summary>
/// <c>raw.test</c>: answers that no proper server sends, or only to old clients. Kestrel refuses to write a body of another length than it
/// has promised; so here it hands over the connection alone, and every byte of the answer is written out. Each connection has one request.
/// </summary>
internal static class RawSite
{
    private const int MostHead = 16 * 1024;

    private static readonly TimeSpan HeadDeadline = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["/"] = Html("<ul><li><a href=\"/close\">/close</a></li><li><a href=\"/too-long\">/too-long</a></li><li><a href=\"/too-short\">/too-short</a></li></ul>"),
        // Without a length and without chunks the body ends where the connection does (RFC 9112, section 6.3, rule 8).
        ["/close"] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nThis ends where the connection ends.\n",
        ["/too-long"] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nA thousand bytes were promised.\n",
        ["/too-short"] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nTen bytes were promised, and here come more.\n",
    };

    private const string NotFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>Reads a request, writes the answer as it is, and closes.</summary>
    /// <returns>What was asked, and the status; nulls if no request came.</returns>
    public static async Task<(string? Asked, string? Status)> HandleAsync(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(HeadDeadline);
        if (await ReadRequestLineAsync(connection, limit.Token).ConfigureAwait(false) is not { } line)
        {
            return (null, null);
        }

        var answer = line.Split(' ') is [_, var target, _] && Answers.TryGetValue(PathOf(target), out var known) ? known : NotFound;
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(answer), limit.Token).ConfigureAwait(false);
        return (line, answer.Split(' ')[1]);
    }

    private static string PathOf(string target) =>
        target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && target.IndexOf('/', "http://".Length) is > 0 and var slash ? target[slash..] : target;

    private static string Html(string content)
    {
        var page = WebPage.Of("Byte by byte", content);
        return string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(page)}\r\nConnection: close\r\n\r\n{page}");
    }

    private static async Task<string?> ReadRequestLineAsync(ConnectionContext connection, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync(cancellation).ConfigureAwait(false);
            var text = Encoding.Latin1.GetString(read.Buffer);
            if (text.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                return text[..text.IndexOf('\r', StringComparison.Ordinal)];
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || text.Length > MostHead)
            {
                return null;
            }
        }
    }
}
