namespace NetworkingCourse.Application;

/// <summary>The first level: <see cref="HttpClient"/>, which does everything.</summary>
public static class FetchWithHttpClient
{
    /// <summary>Fetches a page with a POST without a body.</summary>
    public static async Task<LevelAnswer> FetchAsync(
        LevelNetwork network, Uri address, CancellationToken cancellation)
    {
        using var client = new HttpClient(network.NewHandler());
        using var response = await client.PostAsync(address, content: null, cancellation).ConfigureAwait(false);
        var request = response.RequestMessage!;
        var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return new LevelAnswer(
            (int)response.StatusCode, request.Method.Method, request.RequestUri!, text);
    }
}
