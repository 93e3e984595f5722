using System.Globalization;

namespace NetworkingCourse.Application;

/// <summary>An answer that a cache keeps, and what it needs to know to compute the answer's age.</summary>
/// <param name="Response">The response as it came.</param>
/// <param name="Asked">When the cache sent the request.</param>
/// <param name="Received">When the response came.</param>
public sealed record CacheEntry(HttpMessage Response, DateTimeOffset Asked, DateTimeOffset Received)
{
    /// <summary>The directives of its Cache-Control.</summary>
    internal CacheControl Control { get; } = new(Response["Cache-Control"]);

    /// <summary>
    /// For how long the answer is fresh, from when the origin generated it (RFC 9111, section 4.2.1). This cache does not guess:
    /// an answer that says nothing about it is stale at once.
    /// </summary>
    /// <param name="isShared">Whether the cache serves more than one user.</param>
    public TimeSpan Lifetime(bool isShared) =>
        isShared && Control.Seconds("s-maxage") is { } shared ? TimeSpan.FromSeconds(shared)
        : Control.Seconds("max-age") is { } own ? TimeSpan.FromSeconds(own)
        : Time("Expires") is { } expires ? expires - (Time("Date") ?? Received)
        : TimeSpan.Zero;

    /// <summary>The time since the answer left the origin, as far as the cache can tell (RFC 9111, section 4.2.3).</summary>
    public TimeSpan Age(DateTimeOffset now)
    {
        var apparent = Received - (Time("Date") ?? Received);
        var reported = CacheControl.NumberOf(Response["Age"] ?? ""); // an invalid Age is ignored (section 5.1)
        var corrected = TimeSpan.FromSeconds(reported) + (Received - Asked);
        return (apparent > corrected ? apparent : corrected) + (now - Received);
    }

    /// <summary>How much longer the answer may be used without asking; zero or less if it is stale.</summary>
    public TimeSpan Left(bool isShared, DateTimeOffset now) =>
        Control.Has("no-cache") ? TimeSpan.Zero : Lifetime(isShared) - Age(now);

    private DateTimeOffset? Time(string field) => DateTimeOffset.TryParseExact(
        Response[field], "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
