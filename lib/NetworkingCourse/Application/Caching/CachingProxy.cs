using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Application;

/// <summary>
/// A proxy in front of one origin that answers from its memory what it may (RFC 9111). It says in <c>Cache-Status</c> (RFC 9211)
/// what it did. It ignores the directives of requests, which a cache may disregard here, and does not guess how long an answer
/// is fresh.
/// </summary>
public sealed class CachingProxy : MessageServer
{
    private static readonly TimeSpan DefaultOriginDeadline = TimeSpan.FromSeconds(10);

    private readonly OriginClient _origin;
    private readonly TimeProvider _clock;
    private readonly bool _isShared;
    private readonly CacheParts _parts;
    private readonly HttpCache _cache;

    private CachingProxy(
        OriginClient origin, TimeProvider clock, bool isShared, int room, CacheParts parts, string name, int port)
        : base(name, port) =>
        (_origin, _clock, _isShared, _parts, _cache) = (origin, clock, isShared, parts, new HttpCache(room, parts));

    /// <summary>The number of answers that it keeps.</summary>
    public int Kept => _cache.Count;

    // A token, as Cache-Status wants it (RFC 9211, section 2).
    private string Me => Name.Replace(' ', '-');

    /// <summary>Starts a caching proxy on 127.0.0.1. When this returns, clients can connect.</summary>
    /// <param name="origin">The origin that it asks, on loopback: a server, or another cache.</param>
    /// <param name="clock">The clock by which answers age; the system's by default.</param>
    /// <param name="isShared">Whether the cache serves more than one user, as a proxy does and a browser does not.</param>
    /// <param name="room">How many answers it can keep.</param>
    /// <param name="name">The name to run under; a server that already runs under it is replaced.</param>
    /// <param name="port">The TCP port; 0 lets the system choose.</param>
    /// <param name="originDeadline">How long the origin may take for a whole answer; 10 seconds by default.</param>
    /// <param name="parts">Decisions that methods of your own make; by default, the course's.</param>
    /// <exception cref="ArgumentException">The origin is not on loopback. The course connects to no other.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static CachingProxy Start(
        IPEndPoint origin,
        TimeProvider? clock = null,
        bool isShared = true,
        int room = 1000,
        string name = "cache",
        int port = 0,
        TimeSpan? originDeadline = null,
        CacheParts? parts = null)
    {
        Loopback.Require(origin);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);

        var client = new OriginClient(origin, originDeadline ?? DefaultOriginDeadline);
        return Start(name, () => new CachingProxy(
            client, clock ?? TimeProvider.System, isShared, room, parts ?? new CacheParts(), name, port));
    }

    /// <summary>Answers a request from the cache, or asks the origin.</summary>
    private protected override async Task<byte[]> AnswerAsync(
        HttpMessage request, CancellationToken cancellation)
    {
        var kept = request.Method == "GET" ? _cache.Find(request) : null;
        var asked = _clock.GetUtcNow();
        if (kept is not null && _parts.Left(kept, _isShared, asked) > TimeSpan.Zero)
        {
            return CachedResponse.Of(kept, $"{Me}; hit", _isShared, asked);
        }

        var forwarded = CachedResponse.Request(request, validating: kept);
        HttpMessage response;
        try
        {
            response = await _origin.AskAsync(request.Method, forwarded, cancellation)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (
            failure is IOException or SocketException or FormatException or TimeoutException)
        {
            // No answer, or only a part of one, which must not be kept. A stale one may do.
            return kept is not null && CachedResponse.MayBeUsedStale(kept)
                ? CachedResponse.Of(kept, $"{Me}; hit", _isShared, _clock.GetUtcNow())
                : CachedResponse.Of(failure);
        }

        var now = _clock.GetUtcNow();
        if (kept is not null && response.Status == 304)
        {
            kept = CachedResponse.Refreshed(kept, response, asked, now);
            _cache.Keep(request, kept);
            return CachedResponse.Of(kept, $"{Me}; fwd=stale; fwd-status=304", _isShared, now);
        }

        if (request.Method != "GET" && response.Status < 400)
        {
            _cache.Forget(request);   // a POST, for example, may have changed the page
        }

        var mayStore = _parts.Allow(request, response, _isShared);
        if (mayStore)
        {
            _cache.Keep(request, new CacheEntry(response, asked, now));
        }

        return CachedResponse.Of(response, $"{Me}; fwd={(kept is null ? "miss" : "stale")}"
            + (mayStore ? "; stored" : ""));
    }

    private protected override ValueTask ReleaseAsync()
    {
        _origin.Dispose();
        return ValueTask.CompletedTask;
    }
}
