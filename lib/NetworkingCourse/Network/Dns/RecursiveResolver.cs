using System.Net;
using NetworkingCourse.Display;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>A resolver's starting point and limits.</summary>
public sealed record ResolverOptions
{
    /// <summary>The names and addresses of the root servers, from which every resolution starts.</summary>
    public required IReadOnlyList<(DnsName Name, Address Address)> Roots { get; init; }

    /// <summary>
    /// Maps an address from a record to an endpoint; null if the address is unreachable. Records contain no ports: on the
    /// Internet every name server uses port 53, which here may be taken, or open only to privileged users.
    /// </summary>
    public required Func<Address, IPEndPoint?> WhereIs { get; init; }

    /// <summary>The clock that ages the cache. Timeouts always use the system's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The options for queries to servers.</summary>
    public AskOptions Asking { get; init; } = new() { Timeout = TimeSpan.FromSeconds(0.4), RecursionDesired = false };

    /// <summary>The maximum number of queries sent to servers for one question.</summary>
    public int MaxQueries { get; init; } = 32;

    /// <summary>The maximum length of a chain of aliases (CNAME records).</summary>
    public int MaxCnameDepth { get; init; } = 8;

    /// <summary>The maximum depth of nested lookups, where finding one server's address requires finding another's.</summary>
    public int MaxDetours { get; init; } = 3;
}

/// <summary>
/// A recursive resolver: it finds an answer by querying down the tree, from a root server to a server of the top-level domain and
/// on to one of the domain (RFC 1034, section 5.3.3). It caches what it learns for as long as the time-to-live allows. Its work
/// is bounded, whatever the servers say.
/// </summary>
public sealed class RecursiveResolver
{
    private readonly ResolverOptions _options;

    /// <param name="options">The starting point and limits.</param>
    public RecursiveResolver(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.Roots.Count);
        (_options, Cache) = (options, new DnsCache(options.Clock));
    }

    /// <summary>The resolver's cache.</summary>
    public DnsCache Cache { get; }

    /// <summary>Resolves a name.</summary>
    /// <param name="name">The name to look up.</param>
    /// <param name="type">The type of record wanted.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The answer and the steps that led to it; if the resolution fails, server failure and the reason.</returns>
    /// <exception cref="FormatException">The text is not a domain name.</exception>
    public Task<Resolution> ResolveAsync(
        string name, DnsType type = DnsType.A, CancellationToken cancellation = default) =>
        ResolveAsync(new DnsQuestion(DnsName.Parse(name), type), cancellation);

    /// <inheritdoc cref="ResolveAsync(string, DnsType, CancellationToken)"/>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Cancels the wait.</param>
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

    /// <summary>The servers of a zone, with their known addresses.</summary>
    private sealed record Servers(DnsName Zone, IReadOnlyList<(DnsName Name, IReadOnlyList<Address> Addresses)> All);

    /// <summary>The resolution of one question.</summary>
    private sealed class Walk(RecursiveResolver resolver, CancellationToken cancellation)
    {
        private int _queries;

        public List<ResolutionStep> Steps { get; } = [];

        private ResolverOptions Options => resolver._options;

        private DnsCache Cache => resolver.Cache;

        /// <summary>Follows aliases until a name has records of the type wanted.</summary>
        public async Task<CachedAnswer> FollowAsync(DnsName name, DnsType type, int detours)
        {
            var (names, records) = (new List<DnsName>(), new List<DnsRecord>());
            while (true)
            {
                if (names.Contains(name))
                {
                    throw new UnresolvableException($"the aliases form a loop: {string.Join(" → ", names.Append(name))}");
                }

                names.Add(name);
                if (names.Count > Options.MaxCnameDepth + 1)
                {
                    throw new UnresolvableException(InvariantText.Format(
                        $"{names[0]} starts a chain of more than {Options.MaxCnameDepth} aliases"));
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

        // Finds the records of one name: those of the type wanted, or the CNAME record.
        private async Task<CachedAnswer> FindAsync(DnsName name, DnsType type, int detours)
        {
            var question = new DnsQuestion(name, type);
            if (SpecialNames.Find(name, type) is { } special)
            {
                const string why = "a special name: the resolver answers by itself (RFC 6761)";
                Steps.Add(new ResolutionStep(question, null, "no server", null, null, why));
                return special;
            }

            if (Cached(question) is { } remembered)
            {
                return remembered;
            }

            // A DS record belongs to the parent zone (RFC 4035, section 4.2).
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
            // For ANY, the cached records may not be all that exist.
            var known = question.Type == DnsType.ANY ? null
                : Cache.Find(question.Name, question.Type)
                    ?? (Cache.Find(question.Name, DnsType.CNAME) is { Records: [_] } alias ? alias : null);
            if (known is not null)
            {
                var what = known.Records.Count > 0
                        ? string.Join("; ", known.Records.Select(record => $"{record.Type.Text()} {record.Data}"))
                    : known.Code == ResponseCode.NameError ? "there is no such name"
                    : $"the name has no {question.Type.Text()}";
                var left = known.Records
                    .Select(record => record.TimeToLive)
                    .Append(known.Soa?.TimeToLive ?? uint.MaxValue)
                    .Min();
                Steps.Add(new ResolutionStep(
                    question, null, "cache", null, null, InvariantText.Format($"{what} (for another {left:N0} s)")));
            }

            return known;
        }

        // The servers of the closest enclosing zone in the cache; if there is none, the root servers.
        private Servers Nearest(DnsName name)
        {
            foreach (var zone in name.UpToRoot)
            {
                if (Cache.Find(zone, DnsType.NS) is { Records.Count: > 0 } known)
                {
                    var servers = known.Records
                        .Select(record => (Name: record.Target, Addresses: Addresses(record.Target)))
                        .ToList();
                    // If no server's address is cached any more, and only the zone itself could tell them, the zone is of no use:
                    // the servers of a zone above it are asked instead.
                    if (servers.Any(server => server.Addresses.Count > 0 || !server.Name.IsWithin(zone)))
                    {
                        return new Servers(zone, servers);
                    }
                }
            }

            return new Servers(
                DnsName.Root,
                [.. Options.Roots.Select(root => (root.Name, (IReadOnlyList<Address>)[root.Address]))]);
        }

        private IReadOnlyList<Address> Addresses(DnsName server) =>
        [
            .. ((DnsType[])[DnsType.A, DnsType.AAAA])
                .SelectMany(type => Cache.Find(server, type)?.Records ?? [])
                .Select(record => record.Address),
        ];

        // Asks the servers in turn until one gives a usable answer. Servers whose addresses are known come first.
        private async Task<Verdict> AskAnyAsync(Servers servers, DnsQuestion question, int detours)
        {
            foreach (var (name, known) in servers.All.OrderBy(server => server.Addresses.Count == 0))
            {
                foreach (var address in known.Count > 0
                    ? known
                    : await DetourAsync(name, servers.Zone, detours).ConfigureAwait(false))
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
                throw new UnresolvableException(
                    InvariantText.Format($"gave up after {_queries} queries without an answer"));
            }

            _queries++;
            if (Options.WhereIs(address) is not { } endPoint)
            {
                Steps.Add(new ResolutionStep(
                    question, zone, $"{server}", address, null, $"{address} is not reachable on this machine"));
                return new Verdict.Lame("unreachable");
            }

            var exchange = await StubResolver
                .AskAsync(endPoint, question.Name, question.Type, Options.Asking, cancellation)
                .ConfigureAwait(false);
            var verdict = exchange.Response is { } response
                ? Verdict.Of(response, question, zone)
                : new Verdict.Lame(exchange.Attempts[^1].Outcome);
            Steps.Add(new ResolutionStep(question, zone, $"{server}", address, exchange, verdict.Detail));
            return verdict;
        }

        // Resolves the address of a server that was named without glue.
        private async Task<IReadOnlyList<Address>> DetourAsync(DnsName server, DnsName zone, int detours)
        {
            // If the server is within the zone, only the zone's own servers could tell its address.
            if (detours == Options.MaxDetours || server.IsWithin(zone))
            {
                Steps.Add(new ResolutionStep(
                    new DnsQuestion(server, DnsType.A),
                    zone,
                    "no server",
                    null,
                    null,
                    detours == Options.MaxDetours
                        ? "too many nested lookups: finding a server requires finding another, and so on"
                        : $"only the servers of {zone} could tell their own address"));
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

            // If the name is an alias, its target comes next. Anything the response said about the target is in the cache by now.
            return new CachedAnswer([.. answered.Records.Where(record => record.Name.Equals(question.Name))]);
        }

        private Servers Keep(Verdict.Referred referred)
        {
            Cache.Keep(referred.Servers);
            foreach (var set in referred.Glue.GroupBy(record => (record.Name, record.Type)))
            {
                Cache.Keep([.. set]);
            }

            return new Servers(referred.Zone,
            [
                .. referred.Servers.Select(record => (
                    record.Target,
                    (IReadOnlyList<Address>)
                    [
                        .. referred.Glue.Where(glue => glue.Name.Equals(record.Target)).Select(glue => glue.Address),
                    ])),
            ]);
        }
    }
}
