namespace NetworkingCourse.Application;

/// <summary>
/// The second level: the handler below <see cref="HttpClient"/>. It manages connections and speaks HTTP and TLS; this class
/// follows redirects.
/// </summary>
public static class FetchWithHandler
{
    /// <inheritdoc cref="FetchWithHttpClient.FetchAsync"/>
    public static async Task<LevelAnswer> FetchAsync(
        LevelNetwork network, Uri address, CancellationToken cancellation)
    {
        var handler = network.NewHandler();
        handler.AllowAutoRedirect = false;
        using var invoker = new HttpMessageInvoker(handler);
        for (var method = "POST"; ;)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), address);
            using var response = await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
            if (response.Headers.Location is { } location)
            {
                method = LevelNetwork.Redirected(method, (int)response.StatusCode);
                address = new Uri(address, location);
                continue;
            }

            var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            return new LevelAnswer((int)response.StatusCode, method, address, text);
        }
    }
}
