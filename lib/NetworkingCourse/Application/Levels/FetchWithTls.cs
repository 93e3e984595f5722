namespace NetworkingCourse.Application;

/// <summary>
/// The third level: a socket, with an <see cref="System.Net.Security.SslStream"/> on it if needed, and the course's own reader
/// for messages.
/// </summary>
public static class FetchWithTls
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

            await using var connection = new HttpConnection(stream, network.Clear);
            (string, string)[] fields = method == "POST" ? [("Content-Length", "0")] : [];
            var request = HttpWriter.Request(method, address.PathAndQuery, address.Host, fields);
            await connection.SendAsync(request).ConfigureAwait(false);
            var response = await connection.ReadAsync(method).ConfigureAwait(false);
            if (response["Location"] is { } location)
            {
                method = LevelNetwork.Redirected(method, response.Status);
                address = new Uri(address, location);
                continue;
            }

            return new LevelAnswer(response.Status, method, address, response.Text);
        }
    }
}
