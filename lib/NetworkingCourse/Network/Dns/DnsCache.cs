using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What is known of a name and a type: records, or that there are none.</summary>
/// <param name="Records">The records, with the time to live that is left; empty if there are none.</param>
/// <param name="Code">No error, or that there is no such name at all.</param>
/// <param name="Soa">Of something that is not there, the start of its zone, which said so; otherwise null.</param>
public sealed record CachedAnswer(IReadOnlyList<DnsRecord> Records, ResponseCode Code = ResponseCode.NoError, DnsRecord? Soa = null);

/// <summary>
/// What a resolver remembers, for as long as whoever said it allowed: what is there (RFC 1035, section 3.2.1), and what is not (RFC 2308). Bounded.
/// Safe for use by any number of threads.
/// </summary>
/// <param name="clock">Says what time it is: the system's, or one that a lesson moves on.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class DnsCache(TimeProvider clock) : IShown
{
    /// <summary>How many names and types it remembers; then those go that have the shortest time left.</summary>
    public const int Capacity = 4_096;

    // RFC 8767, section 4, suggests a cap of days; RFC 2308, section 5, one to three hours for what is not there.
    private const uint LongestPositive = 7 * 86_400;
    private const uint LongestNegative = 3 * 3_600;

    private readonly Lock _gate = new();
    private readonly Dictionary<(DnsName Name, DnsType Type), Entry> _entries = [];
    private readonly long _began = clock.GetTimestamp();

    private sealed record Entry(CachedAnswer CachedAnswer, TimeSpan Expires);

    /// <summary>How many names and types it remembers now.</summary>
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

    /// <summary>What it knows; null if nothing. What is known not to exist is known of every type.</summary>
    public CachedAnswer? Find(DnsName name, DnsType type)
    {
        lock (_gate)
        {
            var now = Now;
            // That a name does not exist at all is remembered under no type.
            foreach (var key in ((DnsName, DnsType)[])[(name, type), (name, default)])
            {
                if (_entries.TryGetValue(key, out var entry) && entry.Expires > now)
                {
                    var left = (uint)Math.Ceiling((entry.Expires - now).TotalSeconds);
                    return entry.CachedAnswer with
                    {
                        Records = [.. entry.CachedAnswer.Records.Select(record => record with { TimeToLive = Math.Min(record.TimeToLive, left) })],
                        Soa = entry.CachedAnswer.Soa is { } proof ? proof with { TimeToLive = Math.Min(proof.TimeToLive, left) } : null,
                    };
                }
            }

            return null;
        }
    }

    /// <summary>Remembers records of one name and type.</summary>
    public void Keep(IReadOnlyList<DnsRecord> records)
    {
        if (records.Count > 0)
        {
            Keep((records[0].Name, records[0].Type), new CachedAnswer(records), Math.Min(records.Min(record => record.TimeToLive), LongestPositive));
        }
    }

    /// <summary>Remembers that something is not there.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="code">That there is no such name; or no error, if it has only no record of this type.</param>
    /// <param name="proof">The start of the zone, with the time to live that this may be remembered (RFC 2308, section 5). Without it nothing is remembered.</param>
    public void KeepNegative(DnsName name, DnsType type, ResponseCode code, DnsRecord? proof)
    {
        if (proof?.Data is ZoneStartData start)
        {
            var seconds = Math.Min(Math.Min(proof.TimeToLive, start.Minimum), LongestNegative);
            Keep((name, code == ResponseCode.NameError ? default : type), new CachedAnswer([], code, proof), seconds);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    /// <summary>What it remembers, as a table.</summary>
    public Table Table()
    {
        lock (_gate)
        {
            Forget();
            var now = Now;
            return new Table(
                ["name", "type", "what is known", "left (s)"],
                _entries.OrderBy(entry => entry.Key.Name.Labels.Count).ThenBy(entry => entry.Key.Name.ToString(), StringComparer.Ordinal).Select(IReadOnlyList<object?> (entry) =>
                [
                    entry.Key.Name, entry.Key.Type == default ? "any" : entry.Key.Type,
                    entry.Value.CachedAnswer switch { { Code: ResponseCode.NameError } => "no such name", { Records: [] } => "no such record", var known => string.Join(", ", known.Records.Select(record => record.Data)) },
                    Math.Ceiling((entry.Value.Expires - now).TotalSeconds),
                ]));
        }
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    private TimeSpan Now => clock.GetElapsedTime(_began);

    private void Keep((DnsName, DnsType) key, CachedAnswer known, uint seconds)
    {
        lock (_gate)
        {
            if (seconds == 0)
            {
                return; // for this once, and not to be remembered
            }

            if (_entries.Count >= Capacity && !_entries.ContainsKey(key))
            {
                Forget();
            }

            if (_entries.Count >= Capacity && !_entries.ContainsKey(key))
            {
                _entries.Remove(_entries.MinBy(entry => entry.Value.Expires).Key);
            }

            _entries[key] = new Entry(known, Now + TimeSpan.FromSeconds(seconds));
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
