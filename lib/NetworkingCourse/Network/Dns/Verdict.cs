using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A resolver's verdict on a response: which parts it accepts, and how it proceeds.</summary>
internal abstract record Verdict(string Detail)
{
    /// <summary>The server has answered: with records, with an alias, or with nothing.</summary>
    public sealed record Answered(
        IReadOnlyList<DnsRecord> Records, ResponseCode Code, DnsRecord? Soa, string Detail) : Verdict(Detail);

    /// <summary>The server has referred the resolver to the servers of a zone closer to the name.</summary>
    public sealed record Referred(
        DnsName Zone, IReadOnlyList<DnsRecord> Servers, IReadOnlyList<DnsRecord> Glue, string Detail) : Verdict(Detail);

    /// <summary>The server gives no usable response for this zone.</summary>
    public sealed record Lame(string Detail) : Verdict(Detail);

    /// <summary>Judges a server's response.</summary>
    /// <param name="response">The response, already matched to the question.</param>
    /// <param name="question">The question.</param>
    /// <param name="zone">The zone that the server should have. Nothing it says about names outside is believed.</param>
    public static Verdict Of(DnsMessage response, DnsQuestion question, DnsName zone)
    {
        if (response.IsTruncated)
        {
            return new Lame("truncated, even over TCP");
        }

        response = response with
        {
            Answers = Tidy(response.Answers),
            Authority = Tidy(response.Authority),
            Additional = Tidy(response.Additional),
        };
        if (response.Code is not (ResponseCode.NoError or ResponseCode.NameError))
        {
            return new Lame($"lame: {InvariantText.Of(response.Code)}, although it should have {zone}");
        }

        if (Chain(response, question, zone) is { Count: > 0 } records)
        {
            var text = string.Join("; ", records.Take(3).Select(record => $"{record.Type.Text()} {record.Data}"));
            return response.IsAuthoritative
                ? new Answered(records, ResponseCode.NoError, null, text + (records.Count > 3 ? " …" : ""))
                : new Lame($"lame: it answers without authority, although it should have {zone}");
        }

        if (response.IsAuthoritative)
        {
            var proof = response.Authority.FirstOrDefault(record =>
                record.Type == DnsType.SOA && question.Name.IsWithin(record.Name) && record.Name.IsWithin(zone));
            return new Answered(
                [],
                response.Code,
                proof,
                response.Code == ResponseCode.NameError
                    ? "there is no such name"
                    : $"the name exists, but has no {question.Type.Text()}");
        }

        // Only downward referrals, towards the name, are followed: sideways or upward ones could lead round in circles.
        var servers = response.Authority
            .Where(record => record.Type == DnsType.NS
                && question.Name.IsWithin(record.Name)
                && record.Name.IsWithin(zone)
                && !record.Name.Equals(zone))
            .ToList();
        if (servers.Count == 0)
        {
            return new Lame($"lame: neither an answer nor servers of a zone below {zone}");
        }

        servers.RemoveAll(record => !record.Name.Equals(servers[0].Name));
        var named = servers.Select(record => record.Target).ToHashSet();
        // Glue is accepted only for servers within the zone: this server has no authority over other names.
        var glue = response.Additional
            .Where(record => record.Type is DnsType.A or DnsType.AAAA
                && named.Contains(record.Name)
                && record.Name.IsWithin(zone))
            .ToList();
        return new Referred(servers[0].Name, servers, glue, $"ask the servers of {servers[0].Name}: {string.Join(", ", named)}");
    }

    private static IReadOnlyList<DnsRecord> Tidy(IEnumerable<DnsRecord> records) =>
        RecordSets.Tidy(records.Where(record => record.Class == DnsClass.Internet));

    // The records of the name and, as far as they are within the server's zone, of its aliases.
    private static List<DnsRecord> Chain(DnsMessage response, DnsQuestion question, DnsName zone)
    {
        var (chain, name, seen) = (new List<DnsRecord>(), question.Name, new HashSet<DnsName>());
        while (seen.Add(name) && name.IsWithin(zone))
        {
            var about = response.Answers.Where(record => record.Name.Equals(name)).ToList();
            var wanted = about
                .Where(record => record.Type == question.Type
                    || (question.Type == DnsType.ANY && record.Type != DnsType.OPT))
                .ToList();
            if (wanted.Count > 0 || about.FirstOrDefault(record => record.Type == DnsType.CNAME) is not { } alias)
            {
                chain.AddRange(wanted);
                break;
            }

            chain.Add(alias);
            name = alias.Target;
        }

        return chain;
    }
}
