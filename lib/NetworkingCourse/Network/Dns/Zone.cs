using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A zone's answer for a name and a type.</summary>
/// <param name="Code">No error, or name error if the name does not exist.</param>
/// <param name="Answers">The records found, preceded by the aliases that led to them.</param>
/// <param name="Authority">The name servers of a delegated zone, or this zone's SOA record if the answer is negative.</param>
/// <param name="Additional">The addresses of hosts named in the other sections.</param>
/// <param name="IsReferral">Whether the name is in a delegated zone, whose name servers are given.</param>
public sealed record ZoneAnswer(
    ResponseCode Code,
    IReadOnlyList<DnsRecord> Answers,
    IReadOnlyList<DnsRecord> Authority,
    IReadOnlyList<DnsRecord> Additional,
    bool IsReferral = false);

/// <summary>
/// A zone: the part of the name tree that one set of servers is authoritative for, from its origin down to the cuts where it is
/// delegated to others (RFC 1034, section 4.2).
/// </summary>
public sealed class Zone
{
    private const int MaxCnameDepth = 8;

    private readonly Dictionary<DnsName, List<DnsRecord>> _records = [];
    // Names without records of their own but with names below them: they exist too (RFC 4592, section 2.2.2).
    private readonly HashSet<DnsName> _between = [];

    /// <summary>Creates a zone.</summary>
    /// <param name="records">
    /// The records, including the SOA record. Below a cut, only the addresses of the servers there are allowed.
    /// </param>
    /// <exception cref="FormatException">The records do not form a zone; the exception's text says why.</exception>
    public Zone(IEnumerable<DnsRecord> records)
        : this([.. records.Select(record => ((int?)null, record))])
    {
    }

    private Zone(IReadOnlyList<(int? Line, DnsRecord Record)> stated)
    {
        // Of duplicate records, the first one's line is kept.
        var records = stated
            .DistinctBy(entry => RecordSets.Identity(entry.Record))
            .Select(entry => entry.Line)
            .Zip(RecordSets.Tidy(stated.Select(entry => entry.Record)), (line, record) => (Line: line, Record: record))
            .ToList();
        Start = records.Where(entry => entry.Record.Type == DnsType.SOA).ToList() switch
        {
            [var start] => start.Record,
            [] => throw new FormatException("The zone has no SOA record: expected exactly one."),
            [_, var second, ..] => throw Fault(
                second.Line, $"The zone has two SOA records; the second is {second.Record}. Expected exactly one."),
        };
        foreach (var (line, record) in records)
        {
            Add(record, line);
        }

        if (Of(Origin, DnsType.NS).Count == 0)
        {
            throw new FormatException(
                $"The zone {Origin} names no server of its own: expected {Origin} to have at least one NS record.");
        }
    }

    /// <summary>The name at the top of the zone.</summary>
    public DnsName Origin => Start.Name;

    /// <summary>The SOA record.</summary>
    public DnsRecord Start { get; }

    /// <summary>All records of the zone.</summary>
    public IEnumerable<DnsRecord> Records => _records.Values.SelectMany(records => records);

    /// <summary>Parses a zone file.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="origin">The origin that relative names are appended to, until the file changes it with $ORIGIN.</param>
    /// <exception cref="FormatException">
    /// The file is invalid; the exception's text names the line and what was expected.
    /// </exception>
    public static Zone Parse(string text, string origin = ".") => new(ZoneFile.Read(text, DnsName.Parse(origin)));

    /// <summary>Looks up a name (RFC 1034, section 4.3.2).</summary>
    /// <param name="name">The name: the zone's origin, or a name below it.</param>
    /// <param name="type">The type of record wanted.</param>
    public ZoneAnswer Find(DnsName name, DnsType type)
    {
        var (answers, seen) = (new List<DnsRecord>(), new HashSet<DnsName>());
        while (seen.Count <= MaxCnameDepth && name.IsWithin(Origin) && seen.Add(name))
        {
            if (Cut(name, type) is { } cut)
            {
                return new ZoneAnswer(ResponseCode.NoError, answers, cut, AddressesOf(cut), IsReferral: true);
            }

            var records = At(name);
            var found = records?.Where(record => record.Type == type || type == DnsType.ANY).ToList() ?? [];
            if (found.Count > 0)
            {
                var addresses = type == DnsType.ANY ? [] : AddressesOf(found);
                return new ZoneAnswer(ResponseCode.NoError, [.. answers, .. found], [], addresses);
            }

            if (records?.FirstOrDefault(record => record.Type == DnsType.CNAME) is not { } alias)
            {
                return new ZoneAnswer(records is null ? ResponseCode.NameError : ResponseCode.NoError, answers, [Negative()], []);
            }

            answers.Add(alias);
            name = alias.Target;
        }

        // The alias points into another zone, or the aliases form a loop: the client has to go on from here.
        return new ZoneAnswer(ResponseCode.NoError, answers, [], []);
    }

    // How long a negative answer may be cached: the lower of two times (RFC 2308, section 3).
    private DnsRecord Negative() =>
        Start with { TimeToLive = Math.Min(Start.TimeToLive, ((ZoneStartData)Start.Data).Minimum) };

    private static FormatException Fault(int? line, string what) =>
        new(line is { } number ? InvariantText.Format($"Line {number}: {what}") : what);

    private void Add(DnsRecord record, int? line)
    {
        if (!record.Name.IsWithin(Origin))
        {
            throw Fault(
                line,
                $"{record} is outside the zone {Origin}: expected a name that ends in it, "
                + "or one without a trailing dot, which is relative to the origin.");
        }

        if (!_records.TryGetValue(record.Name, out var records))
        {
            _records.Add(record.Name, records = []);
        }

        if (records.Count > 0 && (record.Type == DnsType.CNAME || records[0].Type == DnsType.CNAME))
        {
            throw Fault(
                line,
                $"{record.Name} is an alias (CNAME), but has another record too: an alias has no records of its own "
                + "(RFC 1034, section 3.6.2). Expected the CNAME record alone, or none.");
        }

        records.Add(record);
        _between.UnionWith(record.Name.Parent.UpToRoot.TakeWhile(above => above.IsWithin(Origin)));
    }

    private List<DnsRecord> Of(DnsName name, DnsType type) =>
        _records.GetValueOrDefault(name)?.Where(record => record.Type == type).ToList() ?? [];

    // The name servers of the delegated zone that contains a name; of several cuts, the highest counts. Null if the name is in
    // this zone, which includes the DS records at a cut (RFC 4035, section 3.1.4.1).
    private List<DnsRecord>? Cut(DnsName name, DnsType type) => name.UpToRoot
        .TakeWhile(above => above.IsWithin(Origin) && !above.Equals(Origin)).Reverse()
        .Where(above => type != DnsType.DS || !above.Equals(name))
        .Select(above => Of(above, DnsType.NS)).FirstOrDefault(servers => servers.Count > 0);

    // The records of a name, possibly synthesized from a wildcard; null if the name does not exist. '*' stands for every name
    // below its parent that does not exist and has no existing name between itself and the parent (RFC 4592, section 3.3.1).
    private List<DnsRecord>? At(DnsName name)
    {
        if (Stated(name) is { } records)
        {
            return records;
        }

        var closest = name.Parent.UpToRoot.First(above => above.Equals(Origin) || Stated(above) is not null);
        return Stated(DnsName.FromLabels(closest.Labels.Prepend("*")))?.Select(record => record with { Name = name }).ToList();
    }

    // The records as stated in the file. A name with only names below it exists too, without records (RFC 4592, section 2.2.2).
    private List<DnsRecord>? Stated(DnsName name) =>
        _records.GetValueOrDefault(name) ?? (_between.Contains(name) ? [] : null);

    // The addresses of the hosts that the records name, as far as they are in this zone. Below a cut the zone has only glue,
    // which is given for name servers alone.
    private List<DnsRecord> AddressesOf(IEnumerable<DnsRecord> records)
    {
        var addresses = new List<DnsRecord>();
        foreach (var (host, isServer) in records.Select(Host).Distinct())
        {
            var known = host?.IsWithin(Origin) != true ? null
                : Cut(host, DnsType.A) is null ? At(host)
                : isServer ? Stated(host) : null;
            addresses.AddRange(known?.Where(record => record.Type is DnsType.A or DnsType.AAAA) ?? []);
        }

        return addresses;
    }

    private static (DnsName? Name, bool IsServer) Host(DnsRecord record) => record.Data switch
    {
        NameData server when record.Type == DnsType.NS => (server.Target, true),
        MailData mail => (mail.Exchange, false),
        _ => (null, false),
    };
}
