using System.Buffers;
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
    /// <returns>The request's method and path, and the status; null if no request came.</returns>
    /// <exception cref="FormatException">What came is no request.</exception>
    public static async Task<(string Method, string Path, string Status)?> HandleAsync(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(HeadDeadline);
        if (await ReadHeadAsync(connection, limit.Token).ConfigureAwait(false) is not { } head)
        {
            return null;
        }

        var answer = Answers.GetValueOrDefault(head.Second, NotFound);
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(answer), limit.Token).ConfigureAwait(false);
        return (head.First, head.Second, answer.Split(' ')[1]);
    }

    private static string Html(string content)
    {
        var page = WebPage.Of("Byte by byte", content);
        return string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(page)}\r\nConnection: close\r\n\r\n{page}");
    }

    private static async Task<MessageHead?> ReadHeadAsync(ConnectionContext connection, CancellationToken cancellation)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellation).ConfigureAwait(false);
            var bytes = read.Buffer.ToArray();
            if (bytes.AsSpan().IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                // Also what has come behind it: a socket that is closed with bytes unread resets the connection.
                input.AdvanceTo(read.Buffer.End);
                return MessageHead.Parse(bytes.AsSpan(0, end + 4));
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || bytes.Length > MostHead)
            {
                return null;
            }
        }
    }
}
