using System.Globalization;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The fourth level: bytes. This class writes out the request, and searches for the end of the response. Only TLS is left to the
/// library: it would fill another book.
/// </summary>
public static class FetchWithSocket
{
    /// <inheritdoc cref="FetchWithHttpClient.FetchAsync"/>
    public static async Task<LevelAnswer> FetchAsync(
        LevelNetwork network, Uri address, CancellationToken cancellation)
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
            var start = $"{method} {address.PathAndQuery} HTTP/1.1\r\n";
            var request = $"{start}Host: {address.Host}\r\n{length}\r\n";
            await tapped.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation).ConfigureAwait(false);
            var (head, body) = await ReadAsync(tapped, cancellation).ConfigureAwait(false);
            var status = int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture);
            if (Field(head, "Location") is not { } location)
            {
                return new LevelAnswer(status, method, address, Encoding.UTF8.GetString(body));
            }

            method = LevelNetwork.Redirected(method, status);
            address = new Uri(address, location);
        }
    }

    private static async Task<(string Head, byte[] Body)> ReadAsync(
        Stream stream, CancellationToken cancellation)
    {
        var (received, buffer) = (new List<byte>(), new byte[4096]);
        while (await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var count)
        {
            received.AddRange(buffer.AsSpan(0, count));
            byte[] all = [.. received];
            var end = all.AsSpan().IndexOf("\r\n\r\n"u8);
            var head = end < 0 ? "" : Encoding.ASCII.GetString(all, 0, end);
            // Only Content-Length is supported: for the end of chunks, this waits in vain.
            if (end >= 0 && LengthIn(head) is { } length && all.Length >= end + 4 + length)
            {
                return (head, all[(end + 4)..(end + 4 + length)]);
            }
        }

        throw new EndOfStreamException("The server closed before the end of its response.");
    }

    private static int? LengthIn(string head) =>
        Digits.TryParse(Field(head, "Content-Length"), out int length) ? length : null;

    private static string? Field(string head, string name) => head.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();
}
