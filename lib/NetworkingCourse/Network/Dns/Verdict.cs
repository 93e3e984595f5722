using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What a resolver makes of a response: what it may believe of it, and what follows.</summary>
internal abstract record Verdict(string Detail)
{
    /// <summary>The server has answered: with records, with another name, or with nothing.</summary>
    public sealed record Answered(IReadOnlyList<DnsRecord> Records, ResponseCode Code, DnsRecord? Soa, string Detail) : Verdict(Detail);

    /// <summary>Others know: the servers of a zone nearer to the name.</summary>
    public sealed record Referred(DnsName Zone, IReadOnlyList<DnsRecord> Servers, IReadOnlyList<DnsRecord> Glue, string Detail) : Verdict(Detail);

    /// <summary>The server is of no use for this zone.</summary>
    public sealed record Lame(string Detail) : Verdict(Detail);

    /// <summary>Judges a response of a server of some zone.</summary>
    /// <param name="response">The response; that it belongs to the question has been seen to.</param>
    /// <param name="question">The question.</param>
    /// <param name="zone">The zone that the server is said to have. What it says about names outside is not believed.</param>
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
            return new Lame($"lame: {InvariantText.Of(response.Code)}, and it is said to have {zone}");
        }

        if (Chain(response, question, zone) is { Count: > 0 } records)
        {
            var text = string.Join("; ", records.Take(3).Select(record => $"{record.Type.Text()} {record.Data}"));
            return response.IsAuthoritative
                ? new Answered(records, ResponseCode.NoError, null, text + (records.Count > 3 ? " …" : ""))
                : new Lame($"lame: it answers without authority, and is said to have {zone}");
        }

        if (response.IsAuthoritative)
        {
            var proof = response.Authority.FirstOrDefault(record => record.Type == DnsType.SOA && question.Name.IsWithin(record.Name) && record.Name.IsWithin(zone));
            return new Answered([], response.Code, proof,
                response.Code == ResponseCode.NameError ? "there is no such name" : $"the name exists, and has no {question.Type.Text()}");
        }

        // Only down, towards the name: whoever sends elsewhere, or back up, sends round in circles.
        var servers = response.Authority.Where(record => record.Type == DnsType.NS && question.Name.IsWithin(record.Name) && record.Name.IsWithin(zone) && !record.Name.Equals(zone)).ToList();
        if (servers.Count == 0)
        {
            return new Lame($"lame: neither an answer nor servers of a zone below {zone}");
        }

        servers.RemoveAll(record => !record.Name.Equals(servers[0].Name));
        var named = servers.Select(record => record.Target).ToHashSet();
        // Addresses of servers that are not below the zone are not this server's to give.
        var glue = response.Additional.Where(record => record.Type is DnsType.A or DnsType.AAAA && named.Contains(record.Name) && record.Name.IsWithin(zone)).ToList();
        return new Referred(servers[0].Name, servers, glue, $"ask the servers of {servers[0].Name}: {string.Join(", ", named)}");
    }

    private static IReadOnlyList<DnsRecord> Tidy(IEnumerable<DnsRecord> records) =>
        RecordSets.Tidy(records.Where(record => record.Class == DnsClass.Internet));

    // The records about the name, and about the names it stands for as far as this server may speak of them.
    private static List<DnsRecord> Chain(DnsMessage response, DnsQuestion question, DnsName zone)
    {
        var (chain, name, seen) = (new List<DnsRecord>(), question.Name, new HashSet<DnsName>());
        while (seen.Add(name) && name.IsWithin(zone))
        {
            var about = response.Answers.Where(record => record.Name.Equals(name)).ToList();
            var wanted = about.Where(record => record.Type == question.Type || (question.Type == DnsType.ANY && record.Type != DnsType.OPT)).ToList();
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
