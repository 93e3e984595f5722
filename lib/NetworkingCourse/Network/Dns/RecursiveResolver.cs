using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What a resolver begins with, and how far it goes.</summary>
public sealed record ResolverOptions
{
    /// <summary>The servers of the root: names and addresses. From here everything else is found.</summary>
    public required IReadOnlyList<(DnsName Name, Address Address)> Roots { get; init; }

    /// <summary>
    /// Where an address is reached. Records hold no ports: on the Internet every name server has port 53, which here is taken, or not for everybody. Null: nowhere.
    /// </summary>
    public required Func<Address, IPEndPoint?> WhereIs { get; init; }

    /// <summary>By which clock it remembers; answers are waited for by the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How servers are asked.</summary>
    public AskOptions Asking { get; init; } = new() { Timeout = TimeSpan.FromSeconds(0.4), RecursionDesired = false };

    /// <summary>How many times servers are asked for one question, at the most.</summary>
    public int MaxQueries { get; init; } = 32;

    /// <summary>How many other names one name may stand for, one after the other.</summary>
    public int MaxCnameDepth { get; init; } = 8;

    /// <summary>How often, to find a server's address, another server's address may have to be found first.</summary>
    public int MaxDetours { get; init; } = 3;
}

/// <summary>
/// Finds the answer wherever it is, by asking down the tree: a server of the root, one of the top-level domain, one of the domain (RFC 1034, section 5.3.3).
/// It remembers what it was told for as long as it was allowed to. Its work is bounded, whatever the servers say.
/// </summary>
public sealed class RecursiveResolver
{
    private readonly ResolverOptions _options;

    /// <param name="options">What it begins with, and how far it goes.</param>
    public RecursiveResolver(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.Roots.Count);
        (_options, Cache) = (options, new DnsCache(options.Clock));
    }

    /// <summary>What it remembers.</summary>
    public DnsCache Cache { get; }

    /// <summary>Finds the answer.</summary>
    /// <param name="name">About which name.</param>
    /// <param name="type">What is wanted of it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The answer, and the way to it. If there is none to be had, server failure, and why.</returns>
    /// <exception cref="FormatException">That is no name.</exception>
    public Task<Resolution> ResolveAsync(string name, DnsType type = DnsType.A, CancellationToken cancellation = default) => ResolveAsync(new DnsQuestion(DnsName.Parse(name), type), cancellation);

    /// <inheritdoc cref="ResolveAsync(string, DnsType, CancellationToken)"/>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<Resolution> ResolveAsync(DnsQuestion question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        var walk = new Walk(this, cancellation);
        try
        {
            var known = await walk.FollowAsync(question.Name, question.Type, detours: 0).ConfigureAwait(false);
            return new Resolution(question, known.Code, known.Records, walk.Steps) { Soa = known.Soa };
        }
        catch (UnresolvableException exception)
        {
            return new Resolution(question, ResponseCode.ServerFailure, [], walk.Steps) { FailureReason = exception.Message };
        }
    }

    private sealed class UnresolvableException(string message) : Exception(message);

    /// <summary>Servers of a zone: names, and the addresses that are known of them.</summary>
    private sealed record Servers(DnsName Zone, IReadOnlyList<(DnsName Name, IReadOnlyList<Address> Addresses)> All);

    /// <summary>The work for one question.</summary>
    private sealed class Walk(RecursiveResolver resolver, CancellationToken cancellation)
    {
        private int _queries;

        public List<ResolutionStep> Steps { get; } = [];

        private ResolverOptions Options => resolver._options;

        private DnsCache Cache => resolver.Cache;

        /// <summary>From name to name, until one has what is wanted.</summary>
        public async Task<CachedAnswer> FollowAsync(DnsName name, DnsType type, int detours)
        {
            var (names, records) = (new List<DnsName>(), new List<DnsRecord>());
            while (true)
            {
                if (names.Contains(name))
                {
                    throw new UnresolvableException($"the names lead round in a circle: {string.Join(" → ", names.Append(name))}");
                }

                names.Add(name);
                if (names.Count > Options.MaxCnameDepth + 1)
                {
                    throw new UnresolvableException(InvariantText.Format($"{names[0]} stands for another name, and that for another, more than {Options.MaxCnameDepth} times"));
                }

                var known = await FindAsync(name, type, detours).ConfigureAwait(false);
                records.AddRange(known.Records);
                if (known.Records is not [{ Type: DnsType.CNAME } alias] || type is DnsType.CNAME or DnsType.ANY)
                {
                    return known with { Records = records };
                }

                name = alias.Target;
            }
        }

        // Records of one name: those wanted, or the one that says that it stands for another.
        private async Task<CachedAnswer> FindAsync(DnsName name, DnsType type, int detours)
        {
            var question = new DnsQuestion(name, type);
            if (SpecialNames.Find(name, type) is { } special)
            {
                const string why = "a special name: the resolver answers by itself (RFC 6761)";
                Steps.Add(new ResolutionStep(question, null, "nobody", null, null, why));
                return special;
            }

            if (Cached(question) is { } remembered)
            {
                return remembered;
            }

            // DS is the one type that a zone's parent has (RFC 4035, section 4.2).
            for (var servers = Nearest(type == DnsType.DS ? name.Parent : name); ;)
            {
                switch (await AskAnyAsync(servers, question, detours).ConfigureAwait(false))
                {
                    case Verdict.Answered answered:
                        return Keep(answered, question);
                    case Verdict.Referred referred:
                        servers = Keep(referred);
                        break;
                }
            }
        }

        private CachedAnswer? Cached(DnsQuestion question)
        {
            // Nobody knows whether what is remembered is everything there is.
            var known = question.Type == DnsType.ANY ? null : Cache.Find(question.Name, question.Type) ?? (Cache.Find(question.Name, DnsType.CNAME) is { Records: [_] } alias ? alias : null);
            if (known is not null)
            {
                var what = known.Records.Count > 0 ? string.Join("; ", known.Records.Select(record => $"{record.Type.Text()} {record.Data}"))
                    : known.Code == ResponseCode.NameError ? "there is no such name"
                    : $"the name has no {question.Type.Text()}";
                var left = known.Records.Select(record => record.TimeToLive).Append(known.Soa?.TimeToLive ?? uint.MaxValue).Min();
                Steps.Add(new ResolutionStep(question, null, "cache", null, null, InvariantText.Format($"{what} (for another {left:N0} s)")));
            }

            return known;
        }

        // The servers nearest to the name that are remembered; in the worst case those of the root.
        private Servers Nearest(DnsName name)
        {
            foreach (var zone in name.UpToRoot)
            {
                if (Cache.Find(zone, DnsType.NS) is { Records.Count: > 0 } known)
                {
                    var servers = known.Records.Select(record => (Name: record.Target, Addresses: Addresses(record.Target))).ToList();
                    // A zone is of no use whose servers' addresses are forgotten, and could be had of themselves alone: then those above are asked again.
                    if (servers.Any(server => server.Addresses.Count > 0 || !server.Name.IsWithin(zone)))
                    {
                        return new Servers(zone, servers);
                    }
                }
            }

            return new Servers(DnsName.Root, [.. Options.Roots.Select(root => (root.Name, (IReadOnlyList<Address>)[root.Address]))]);
        }

        private IReadOnlyList<Address> Addresses(DnsName server) =>
            [.. ((DnsType[])[DnsType.A, DnsType.AAAA]).SelectMany(type => Cache.Find(server, type)?.Records ?? []).Select(record => record.Address)];

        // One after the other, those first whose addresses are known.
        private async Task<Verdict> AskAnyAsync(Servers servers, DnsQuestion question, int detours)
        {
            foreach (var (name, known) in servers.All.OrderBy(server => server.Addresses.Count == 0))
            {
                foreach (var address in known.Count > 0 ? known : await DetourAsync(name, servers.Zone, detours).ConfigureAwait(false))
                {
                    var verdict = await AskAsync(name, address, servers.Zone, question).ConfigureAwait(false);
                    if (verdict is not Verdict.Lame)
                    {
                        return verdict;
                    }
                }
            }

            throw new UnresolvableException($"no server of {servers.Zone} answers for {question}");
        }

        private async Task<Verdict> AskAsync(DnsName server, Address address, DnsName zone, DnsQuestion question)
        {
            if (_queries == Options.MaxQueries)
            {
                throw new UnresolvableException(InvariantText.Format($"after {_queries} queries there is no answer: enough"));
            }

            _queries++;
            if (Options.WhereIs(address) is not { } endPoint)
            {
                Steps.Add(new ResolutionStep(question, zone, $"{server}", address, null, $"{address} is nowhere on this machine"));
                return new Verdict.Lame("unreachable");
            }

            var exchange = await StubResolver.AskAsync(endPoint, question.Name, question.Type, Options.Asking, cancellation).ConfigureAwait(false);
            var verdict = exchange.Response is { } response ? Verdict.Of(response, question, zone) : new Verdict.Lame(exchange.Attempts[^1].Outcome);
            Steps.Add(new ResolutionStep(question, zone, $"{server}", address, exchange, verdict.Detail));
            return verdict;
        }

        // The address of a server that was named without one: found like any other name.
        private async Task<IReadOnlyList<Address>> DetourAsync(DnsName server, DnsName zone, int detours)
        {
            // A server whose address only it could tell.
            if (detours == Options.MaxDetours || server.IsWithin(zone))
            {
                Steps.Add(new ResolutionStep(new DnsQuestion(server, DnsType.A), zone, "nobody", null, null, detours == Options.MaxDetours ? "to find a server one has to find a server, and so on: enough" : $"only the servers of {zone} could tell their own address"));
                return [];
            }

            try
            {
                var found = await FollowAsync(server, DnsType.A, detours + 1).ConfigureAwait(false);
                return [.. found.Records.Where(record => record.Type == DnsType.A).Select(record => record.Address)];
            }
            catch (UnresolvableException) when (_queries < Options.MaxQueries)
            {
                return [];
            }
        }

        private CachedAnswer Keep(Verdict.Answered answered, DnsQuestion question)
        {
            if (answered.Records.Count == 0)
            {
                Cache.KeepNegative(question.Name, question.Type, answered.Code, answered.Soa);
                return new CachedAnswer([], answered.Code, answered.Soa);
            }

            foreach (var set in answered.Records.GroupBy(record => (record.Name, record.Type)))
            {
                Cache.Keep([.. set]);
            }

            // Where the name stands for another, that one is next; what was said about it too is remembered by now.
            return new CachedAnswer([.. answered.Records.Where(record => record.Name.Equals(question.Name))]);
        }

        private Servers Keep(Verdict.Referred referred)
        {
            Cache.Keep(referred.Servers);
            foreach (var set in referred.Glue.GroupBy(record => (record.Name, record.Type)))
            {
                Cache.Keep([.. set]);
            }

            return new Servers(referred.Zone, [.. referred.Servers.Select(record => (record.Target, (IReadOnlyList<Address>)[.. referred.Glue.Where(glue => glue.Name.Equals(record.Target)).Select(glue => glue.Address)]))]);
        }
    }
}
