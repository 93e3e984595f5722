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
    private const int MaxCnameDepth = 8;

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

    private Zone(IReadOnlyList<(int? Line, DnsRecord Record)> stated)
    {
        // Of duplicates the first line counts.
        var records = stated.DistinctBy(entry => RecordSets.Identity(entry.Record)).Select(entry => entry.Line)
            .Zip(RecordSets.Tidy(stated.Select(entry => entry.Record)), (line, record) => (Line: line, Record: record)).ToList();
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

        // The other name is of another zone, or the aliases form a loop: it is for the client to go on.
        return new ZoneAnswer(ResponseCode.NoError, answers, [], []);
    }

    // How long it may be remembered that something is not there: the lower of two times (RFC 2308, section 3).
    private DnsRecord Negative() => Start with { TimeToLive = Math.Min(Start.TimeToLive, ((ZoneStartData)Start.Data).Minimum) };

    private static FormatException Fault(int? line, string what) => new(line is { } number ? InvariantText.Format($"Line {number}: {what}") : what);

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

        if (records.Count > 0 && (record.Type == DnsType.CNAME || records[0].Type == DnsType.CNAME))
        {
            throw Fault(line, $"{record.Name} is another word for a name (CNAME), and has another record too: a name that stands for another has nothing of its own (RFC 1034, section 3.6.2). Expected is the CNAME record alone, or none.");
        }

        records.Add(record);
        _between.UnionWith(record.Name.Parent.UpToRoot.TakeWhile(above => above.IsWithin(Origin)));
    }

    private List<DnsRecord> Of(DnsName name, DnsType type) => _records.GetValueOrDefault(name)?.Where(record => record.Type == type).ToList() ?? [];

    // The servers of the zone below in which a name is; the highest cut counts. Null if the name is of this zone. The type DS of
    // a cut is of this zone as well (RFC 4035, section 3.1.4.1).
    private List<DnsRecord>? Cut(DnsName name, DnsType type) => name.UpToRoot
        .TakeWhile(above => above.IsWithin(Origin) && !above.Equals(Origin)).Reverse()
        .Where(above => type != DnsType.DS || !above.Equals(name))
        .Select(above => Of(above, DnsType.NS)).FirstOrDefault(servers => servers.Count > 0);

    // The records of a name, which may come from a wildcard; null if there is no such name. '*' stands for every name below its
    // parent that does not exist and has no existing name between itself and the parent (RFC 4592, section 3.3.1).
    private List<DnsRecord>? At(DnsName name)
    {
        if (Stated(name) is { } records)
        {
            return records;
        }

        var closest = name.Parent.UpToRoot.First(above => above.Equals(Origin) || Stated(above) is not null);
        return Stated(DnsName.FromLabels(closest.Labels.Prepend("*")))?.Select(record => record with { Name = name }).ToList();
    }

    // The records in the file. A name that has only other names below it exists too, with no records (RFC 4592, section 2.2.2).
    private List<DnsRecord>? Stated(DnsName name) => _records.GetValueOrDefault(name) ?? (_between.Contains(name) ? [] : null);

    // The addresses of the hosts that records name, as far as this zone has them. Below a cut it has glue, which is for name
    // servers only.
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
