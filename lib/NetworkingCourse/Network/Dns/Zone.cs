using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What a server knows about a name and a type.</summary>
/// <param name="Code">No error, or that there is no such name.</param>
/// <param name="Answers">The records asked for, perhaps after the other names that lead to them.</param>
/// <param name="Authority">The servers of a zone below, or the start of this one if there is nothing to answer.</param>
/// <param name="Additional">Addresses of servers that are named.</param>
/// <param name="IsReferral">Whether others know: the name is in a zone below this one, and these are its servers.</param>
public sealed record ZoneAnswer(ResponseCode Code, IReadOnlyList<DnsRecord> Answers, IReadOnlyList<DnsRecord> Authority, IReadOnlyList<DnsRecord> Additional, bool IsReferral = false);

/// <summary>
/// A zone: the part of the tree of names that one set of servers answers for, from its origin down to where others take over (RFC 1034, section 4.2).
/// </summary>
public sealed class Zone
{
    private const int MostAliases = 8;

    private readonly Dictionary<DnsName, List<DnsRecord>> _records = [];
    // Names with nothing of their own that have others below them: they exist too (RFC 4592, section 2.2.2).
    private readonly HashSet<DnsName> _between = [];

    /// <summary>A zone.</summary>
    /// <param name="records">Its records, the start of the zone (SOA) among them. Below a cut stand addresses of the servers there, and nothing else.</param>
    /// <exception cref="FormatException">They do not make a zone; the message says why.</exception>
    public Zone(IEnumerable<DnsRecord> records)
        : this([.. records.Select(record => ((int?)null, record))])
    {
    }

    private Zone(IReadOnlyList<(int? Line, DnsRecord Record)> records)
    {
        Start = records.Where(entry => entry.Record.Type == DnsType.SOA).ToList() switch
        {
            [var start] => start.Record,
            [] => throw new FormatException("The zone has no start: expected is one SOA record."),
            [_, var second, ..] => throw Fault(second.Line, $"The zone has two starts; the second is {second.Record}. Expected is one SOA record."),
        };
        foreach (var (line, record) in records)
        {
            Add(record, line);
        }

        if (Of(Origin, DnsType.NS).Count == 0)
        {
            throw new FormatException($"The zone {Origin} names no server of its own: expected is at least one NS record of {Origin}.");
        }
    }

    /// <summary>The name it begins with.</summary>
    public DnsName Origin => Start.Name;

    /// <summary>Its start: the SOA record.</summary>
    public DnsRecord Start { get; }

    /// <summary>All records.</summary>
    public IEnumerable<DnsRecord> Records => _records.Values.SelectMany(records => records);

    /// <summary>Reads a zone file.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="origin">The name that relative names are under, until the file says otherwise with $ORIGIN.</param>
    /// <exception cref="FormatException">The file makes no sense; the message names the line and what was expected.</exception>
    public static Zone Parse(string text, string origin = ".") => new(ZoneFile.Read(text, DnsName.Parse(origin)));

    /// <summary>Looks up a name (RFC 1034, section 4.3.2).</summary>
    /// <param name="name">The name: the zone's origin, or one below it.</param>
    /// <param name="type">What is wanted of it.</param>
    public ZoneAnswer Find(DnsName name, DnsType type)
    {
        var answers = new List<DnsRecord>();
        for (var aliases = 0; aliases <= MostAliases && name.IsWithin(Origin); aliases++)
        {
            if (Cut(name) is { } cut)
            {
                return new ZoneAnswer(ResponseCode.NoError, answers, cut, AddressesOf(cut), IsReferral: true);
            }

            var records = _records.GetValueOrDefault(name) ?? Wildcard(name);
            var found = records?.Where(record => record.Type == type || type == DnsType.ANY).ToList() ?? [];
            if (found.Count > 0)
            {
                return new ZoneAnswer(ResponseCode.NoError, [.. answers, .. found], [], AddressesOf(found));
            }

            if (records?.FirstOrDefault(record => record.Type == DnsType.CNAME) is not { } alias)
            {
                var code = records is not null || _between.Contains(name) ? ResponseCode.NoError : ResponseCode.NameError;
                return new ZoneAnswer(code, answers, [Negative()], []);
            }

            answers.Add(alias);
            name = alias.Target;
        }

        // The other name is of another zone, or the names lead round in a circle: whoever asked goes on from here.
        return new ZoneAnswer(ResponseCode.NoError, answers, [], []);
    }

    // How long it may be remembered that something is not there: the lower of two times (RFC 2308, section 3).
    private DnsRecord Negative() => Start with { TimeToLive = Math.Min(Start.TimeToLive, ((ZoneStartData)Start.Data).Minimum) };

    private static FormatException Fault(int? line, string what) => new(line is { } number ? Words.Invariant($"Line {number}: {what}") : what);

    private void Add(DnsRecord record, int? line)
    {
        if (!record.Name.IsWithin(Origin))
        {
            throw Fault(line, $"{record} is not of the zone {Origin}: its name does not end so. Expected is a name in it; one without a point at its end is put under the origin.");
        }

        if (!_records.TryGetValue(record.Name, out var records))
        {
            _records.Add(record.Name, records = []);
        }

        if (records.Any(other => (other.Type == DnsType.CNAME) != (record.Type == DnsType.CNAME) || (record.Type == DnsType.CNAME && other != record)))
        {
            throw Fault(line, $"{record.Name} is another word for a name (CNAME), and has another record too: a name that stands for another has nothing of its own (RFC 1034, section 3.6.2). Expected is the CNAME record alone, or none.");
        }

        records.Add(record);
        _between.UnionWith(record.Name.Parent.UpToRoot.TakeWhile(above => above.IsWithin(Origin)));
    }

    private List<DnsRecord> Of(DnsName name, DnsType type) => _records.GetValueOrDefault(name)?.Where(record => record.Type == type).ToList() ?? [];

    // The servers of the zone below in which a name is; the highest cut counts. Null if the name is of this zone.
    private List<DnsRecord>? Cut(DnsName name) => name.UpToRoot.TakeWhile(above => above.IsWithin(Origin) && !above.Equals(Origin)).Reverse()
        .Select(above => Of(above, DnsType.NS)).FirstOrDefault(servers => servers.Count > 0);

    // '*' stands for every name below its parent that is not there itself, and has nothing below it that is (RFC 4592).
    private List<DnsRecord>? Wildcard(DnsName name)
    {
        if (_between.Contains(name))
        {
            return null;
        }

        var closest = name.Parent.UpToRoot.First(above => _records.ContainsKey(above) || _between.Contains(above) || above.Equals(Origin));
        return _records.GetValueOrDefault(DnsName.FromLabels(closest.Labels.Prepend("*")))?.Select(record => record with { Name = name }).ToList();
    }

    private List<DnsRecord> AddressesOf(IEnumerable<DnsRecord> records) =>
    [
        .. records.Select(record => record.Data switch { NameData { Target: var target } when record.Type == DnsType.NS => target, MailData { Exchange: var exchange } => exchange, _ => null })
            .OfType<DnsName>().Distinct().SelectMany(name => Of(name, DnsType.A).Concat(Of(name, DnsType.AAAA))),
    ];
}
