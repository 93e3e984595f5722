using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The cached result for a name and a type: its records, or the fact that there are none.</summary>
/// <param name="Records">The records, with their remaining time-to-live; empty for a negative answer.</param>
/// <param name="Code">No error, or name error if the name does not exist at all.</param>
/// <param name="Soa">For a negative answer, the SOA record of the zone that gave it; otherwise null.</param>
public sealed record CachedAnswer(
    IReadOnlyList<DnsRecord> Records, ResponseCode Code = ResponseCode.NoError, DnsRecord? Soa = null);

/// <summary>
/// A resolver's cache. It keeps positive answers (RFC 1035, section 3.2.1) and negative answers (RFC 2308) for as long as their
/// time-to-live allows. Its size is bounded. All members are thread-safe.
/// </summary>
/// <param name="clock">The clock that ages the entries: the system's, or one that a lesson advances.</param>
public sealed class DnsCache(TimeProvider clock) : Shown
{
    /// <summary>
    /// The maximum number of names and types. When the cache is full, the entry that expires first makes room.
    /// </summary>
    public const int Capacity = 4_096;

    // RFC 8767, section 4, suggests a cap of some days; RFC 2308, section 5, one to three hours for negative answers.
    private const uint MaxPositiveTtl = 7 * 86_400;
    private const uint MaxNegativeTtl = 3 * 3_600;

    private readonly Lock _gate = new();
    private readonly Dictionary<(DnsName Name, DnsType Type), Entry> _entries = [];
    private readonly long _began = clock.GetTimestamp();

    private sealed record Entry(CachedAnswer CachedAnswer, TimeSpan Expires);

    /// <summary>The number of names and types that are cached now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return _entries.Count;
            }
        }
    }

    /// <summary>
    /// Looks up a name and a type; null if nothing is cached. A name known not to exist has no records of any type.
    /// </summary>
    public CachedAnswer? Find(DnsName name, DnsType type)
    {
        lock (_gate)
        {
            var now = Now;
            // The fact that a name does not exist is stored under no type.
            foreach (var key in ((DnsName, DnsType)[])[(name, type), (name, default)])
            {
                if (_entries.TryGetValue(key, out var entry) && entry.Expires > now)
                {
                    var left = (uint)Math.Ceiling((entry.Expires - now).TotalSeconds);
                    return entry.CachedAnswer with
                    {
                        Records =
                        [
                            .. entry.CachedAnswer.Records
                                .Select(record => record with { TimeToLive = Math.Min(record.TimeToLive, left) }),
                        ],
                        Soa = entry.CachedAnswer.Soa is { } proof
                            ? proof with { TimeToLive = Math.Min(proof.TimeToLive, left) }
                            : null,
                    };
                }
            }

            return null;
        }
    }

    /// <summary>Caches the records of one name and type.</summary>
    public void Keep(IReadOnlyList<DnsRecord> records)
    {
        if (records.Count > 0)
        {
            Keep(
                (records[0].Name, records[0].Type),
                new CachedAnswer(records),
                Math.Min(records.Min(record => record.TimeToLive), MaxPositiveTtl));
        }
    }

    /// <summary>Caches a negative answer.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="code">Name error if the name does not exist; no error if it only has no record of this type.</param>
    /// <param name="proof">
    /// The zone's SOA record, whose time-to-live limits how long the answer is cached (RFC 2308, section 5). Without it, nothing
    /// is cached.
    /// </param>
    public void KeepNegative(DnsName name, DnsType type, ResponseCode code, DnsRecord? proof)
    {
        if (proof?.Data is ZoneStartData start)
        {
            var seconds = Math.Min(Math.Min(proof.TimeToLive, start.Minimum), MaxNegativeTtl);
            Keep((name, code == ResponseCode.NameError ? default : type), new CachedAnswer([], code, proof), seconds);
        }
    }

    /// <summary>Removes all entries.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    /// <summary>The cached entries as a table.</summary>
    public Table Table()
    {
        lock (_gate)
        {
            Forget();
            var now = Now;
            return new Table(
                ["name", "type", "what is known", "left (s)"],
                _entries
                    .OrderBy(entry => entry.Key.Name.Labels.Count)
                    .ThenBy(entry => entry.Key.Name.ToString(), StringComparer.Ordinal)
                    .Select(IReadOnlyList<object?> (entry) =>
                    [
                        entry.Key.Name, entry.Key.Type == default ? "any" : entry.Key.Type,
                        entry.Value.CachedAnswer switch
                        {
                            { Code: ResponseCode.NameError } => "no such name",
                            { Records: [] } => "no such record",
                            var known => string.Join(", ", known.Records.Select(record => record.Data)),
                        },
                        Math.Ceiling((entry.Value.Expires - now).TotalSeconds),
                    ]));
        }
    }

    /// <inheritdoc/>
    protected override IShown ShownAs => Table();

    private TimeSpan Now => clock.GetElapsedTime(_began);

    private void Keep((DnsName Name, DnsType Type) key, CachedAnswer known, uint seconds)
    {
        lock (_gate)
        {
            RemoveOlder(key);
            if (seconds == 0)
            {
                return; // a time-to-live of 0: use the answer once, and do not cache it
            }

            if (_entries.Count >= Capacity)
            {
                Forget();
            }

            if (_entries.Count >= Capacity)
            {
                _entries.Remove(_entries.MinBy(entry => entry.Value.Expires).Key);
            }

            _entries.Add(key, new Entry(known, Now + TimeSpan.FromSeconds(seconds)));
        }
    }

    // Removes what a newer answer makes outdated: a name that does not exist has no records, and one that has a record exists.
    private void RemoveOlder((DnsName Name, DnsType Type) newer)
    {
        _entries.Remove(newer);
        _entries.Remove((newer.Name, default));
        if (newer.Type == default)
        {
            foreach (var key in _entries.Keys.Where(key => key.Name == newer.Name).ToList())
            {
                _entries.Remove(key);
            }
        }
    }

    private void Forget()
    {
        var now = Now;
        foreach (var (key, _) in _entries.Where(entry => entry.Value.Expires <= now).ToList())
        {
            _entries.Remove(key);
        }
    }
}
