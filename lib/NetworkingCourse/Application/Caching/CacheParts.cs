namespace NetworkingCourse.Application;

/// <summary>Decisions of a caching proxy that methods of your own can make. Those that are null are the course's.</summary>
public sealed record CacheParts
{
    /// <summary>Says for how many seconds from now a kept answer is still fresh; 0 if it is stale.</summary>
    public FreshForExercise.Answer? FreshFor { get; init; }

    /// <summary>Makes the key under which an answer is kept; null for an answer that cannot be used again.</summary>
    public VaryKeyExercise.Answer? VaryKey { get; init; }

    /// <summary>Says whether an answer may be stored.</summary>
    public MayStoreExercise.Answer? MayStore { get; init; }

    /// <summary>How much longer an answer may be used without asking; zero or less if it is stale.</summary>
    internal TimeSpan Left(CacheEntry kept, bool isShared, DateTimeOffset now) => FreshFor is null
        ? kept.Left(isShared, now)
        : TimeSpan.FromSeconds(FreshFor(new StoredResponse(kept.Response.Fields, kept.Received), isShared, now));

    /// <summary>
    /// Whether the answer to a request may be stored. Answers that end with the connection, and those that are good for one
    /// request only, are never stored.
    /// </summary>
    internal bool Allow(HttpMessage request, HttpMessage response, bool isShared) => MayStore is null
        ? CachedResponse.MayStore(request, response, isShared)
        : response.Framing is HttpFraming.Length or HttpFraming.Chunked
            && Key(request, response["Vary"] ?? "") is not null
            && MayStore(new StorableAnswer(
                isShared, request.Method, response.Status, response["Cache-Control"], request["Authorization"] is not null));

    /// <summary>
    /// The part of the key that depends on <c>Vary</c>. Null if the answer cannot be used for another
    /// request.
    /// </summary>
    internal string? Key(HttpMessage request, string vary)
    {
        var names = HttpList.Members([vary]);
        if (VaryKey is null)
        {
            // No field value has a line feed, so that no two requests have the same key by accident.
            return names.Contains("*") ? null : string.Join('\n', names
                .Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal)
                .Select(name => $"{name}: {request[name]}"));
        }

        return VaryKey(new AskedPage(request.Target, request.Fields), vary.Length == 0 ? null : vary);
    }
}
