using System.Globalization;
using System.Text;

namespace NetworkingCourse.Application;

/// <summary>
/// The fourth level: bytes. This class writes out the request, and searches for the end of the response. Only TLS is left to the
/// library: it would fill another book.
/// </summary>
public static class FetchWithSocket
{
    /// <inheritdoc cref="FetchWithHttpClient.FetchAsync"/>
    public static async Task<LevelAnswer> FetchAsync(LevelNetwork network, Uri address, CancellationToken cancellation)
    {
        for (var method = "POST"; ;)
        {
            var stream = await network.ConnectAsync(address.Host, address.Port, cancellation).ConfigureAwait(false);
            if (address.Scheme == "https")
            {
                stream = await network.EncryptAsync(stream, address.Host, cancellation).ConfigureAwait(false);
            }

            await using var tapped = network.Clear.On(stream);
            var length = method == "POST" ? "Content-Length: 0\r\n" : "";
            var request = $"{method} {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Host}\r\n{length}\r\n";
            await tapped.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation).ConfigureAwait(false);
            var (head, body) = await ReadAsync(tapped, cancellation).ConfigureAwait(false);
            var status = int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture);
            if (Field(head, "Location") is { } location)
            {
                (address, method) = (new Uri(address, location), LevelNetwork.Redirected(method, status));
                continue;
            }

            return new LevelAnswer(status, method, address, Encoding.UTF8.GetString(body));
        }
    }

    private static async Task<(string Head, byte[] Body)> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var (received, buffer) = (new List<byte>(), new byte[4096]);
        while (true)
        {
            var count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            received.AddRange(buffer.AsSpan(0, count));
            byte[] all = [.. received];
            var end = all.AsSpan().IndexOf("\r\n\r\n"u8);
            var head = end < 0 ? "" : Encoding.ASCII.GetString(all, 0, end);
            // Only Content-Length is supported: with a chunked response, this waits in vain until the other end closes.
            if (end >= 0 && LengthIn(head) is { } length && all.Length >= end + 4 + length)
            {
                return (head, all[(end + 4)..(end + 4 + length)]);
            }

            if (count == 0)
            {
                throw new EndOfStreamException("The server closed the connection before the end of its response.");
            }
        }
    }

    private static int? LengthIn(string head) =>
        int.TryParse(Field(head, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : null;

    private static string? Field(string head, string name) => head
        .Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..]
        .Trim();
}
