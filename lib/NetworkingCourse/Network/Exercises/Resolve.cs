using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.5: a resolver of your own, whose queries are counted.</summary>
    public static ResolveExercise Resolve { get; } = new();
}

/// <summary>The learner walks a tree of names from the root, past servers that are mistaken, silent or malicious.</summary>
public sealed class ResolveExercise : CaseExercise<ResolveExercise.Answer, ResolveExercise.Lookup>
{
    internal ResolveExercise()
        : base(new ExerciseText(
            "3-network/5-your-own-resolver.ipynb", "3.5", 2, nameof(Exercises.Resolve),
            "An iterative resolver",
            "Find the IPv4 addresses of a name, beginning with the root server `servers.Root`. `servers.Ask(address, name)` "
                + "asks a server and returns its response, or `null` if none comes. Return `NoError` with the addresses, "
                + "`NoError` without any if the name exists but has none, `NameError` if it does not exist, and "
                + "`ServerFailure` if it cannot be found out. Your `ReadResponse` says of what kind a response is. Follow "
                + "aliases, from the root again. After a referral, ask the servers of the new zone. The address of a server "
                + "is in `Additional` (glue), or you have to find it yourself; do not do that while you are already looking "
                + "for the same name. Ask the servers of a zone only until a response is of use. Send at most 30 queries "
                + "(`servers.Queries` counts them), and then give up.",
            [
                "There are two methods that call each other. One walks down for a name: it keeps a zone and its servers. The "
                    + "other finds the addresses of a server: in the glue, or by calling the first one. A set of names that "
                    + "are being looked up, shared by both, stops circles of servers and of aliases alike.",
                "`ReadResponse(response, zone, name)` says how to go on. `Addresses`, `NameError`, `NoData`: return, and take "
                    + "only the addresses that have the name. `Alias`: look up the `Target` of its `CNAME` record. "
                    + "`Referral`: the zone is now the `Name` of the `NS` record, and its servers are the `Target` of each; "
                    + "look for the address of a server only when you need it. `Unusable`: try the zone's next server, and "
                    + "give up after the last.",
            ]))
    {
    }

    /// <inheritdoc/>
    public override int Minutes => 30;

    /// <summary>The learner's method.</summary>
    /// <param name="servers">The name servers, and the address of the one at the root.</param>
    /// <param name="name">The name to look up.</param>
    /// <returns>
    /// <see cref="ResponseCode.NoError"/> with the addresses, which may be none; <see cref="ResponseCode.NameError"/> if there is
    /// no such name; <see cref="ResponseCode.ServerFailure"/> if it cannot be found out (RFC 1034, section 5.3.3).
    /// </returns>
    public delegate (ResponseCode Code, IReadOnlyList<Address> Addresses) Answer(NameServers servers, DnsName name);

    private enum Flaw
    {
        None,
        GlueForAnAnswer,
        NoDataForNoName,
        NoAlias,
        AliasAtTheSameServer,
        NoDetour,
        OneServer,
        Upward,
        Circle,
        CircleCounted,
        NoLimit,
        Uncounted,
        Sideways,
        AnyName,
    }

    internal override Answer Reference { get; } = (servers, name) => new Walker(servers, Flaw.None).Resolve(name);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } = All();

    private protected override IEnumerable<Lookup> Cases(Random random)
    {
        var names = new ScriptedNames(random);
        foreach (var query in names.Queries)
        {
            // Servers with glue may be asked before those without.
            var (inOrder, glueFirst) =
                (new NameServers(names.Root, names.Answer), new NameServers(names.Root, names.Answer));
            var found = Reference(inOrder, query.Name);
            new Walker(glueFirst, Flaw.None, isGlueFirst: true).Resolve(query.Name);
            var isLong = found.Code == ResponseCode.ServerFailure || query.IsRound;
            yield return new Lookup(
                names,
                query,
                ResolverWalk.Words(found),
                isLong ? NameServers.MaxQueries : Math.Max(inOrder.Queries, glueFirst.Queries));
        }
    }

    private protected override object? Apply(Answer answer, Lookup arguments)
    {
        var servers = new NameServers(arguments.Names.Root, arguments.Names.Answer);
        var result = "";
        try
        {
            result = ResolverWalk.Words(answer(servers, arguments.Query.Name));
        }
        catch (NameServers.ExhaustedException)
        {
        }

        return new Outcome(new ResolverWalk(arguments.Query.Name, servers, result), servers.IsExhausted, arguments);
    }

    private protected override string Describe(Lookup arguments) =>
        $"looked for `{arguments.Query.Name}`, {arguments.Query.What}";

    private static List<Mistake<Answer>> All()
    {
        List<Mistake<Answer>> all = [];
        Add(
            Flaw.GlueForAnAnswer,
            "takes glue for an answer",
            "Your resolver takes the first address in a response for the answer. The records in `Additional` say where the next "
                + "name server is. Return only addresses in `Answers` that have the name in question.");
        Add(
            Flaw.NoDataForNoName,
            "takes no data for no name",
            "Your resolver says that a name does not exist, although it only has no IPv4 address. The server said `NoError`, "
                + "with authority, and no answer. A client that believes your resolver does not ask for the IPv6 address, "
                + "because a name that does not exist has no records of any type (RFC 8020), and the site cannot be reached.");
        Add(
            Flaw.NoAlias,
            "does not follow aliases",
            "Your resolver finds a `CNAME` record and stops. An alias has no addresses of its own: look up the name that it "
                + "stands for, which can be an alias again. Large sites stand behind aliases nearly always.");
        Add(
            Flaw.AliasAtTheSameServer,
            "asks the alias's server for its target",
            "Your resolver asks the servers of the alias's zone for the target too. That works while both are in the same zone. "
                + "Otherwise those servers know nothing about the target, and refuse. Begin at the root again: a real resolver "
                + "finds most of that way in its cache.");
        Add(
            Flaw.NoDetour,
            "gives up without glue",
            "Your resolver asks only servers whose addresses came with the referral. Servers in other zones come without, "
                + "because the server that refers you has no authority over their addresses. Set the question aside, "
                + "find the address of the server as you would find any other, and go on.");
        Add(
            Flaw.OneServer,
            "asks one server of each zone",
            "Your resolver asks the first server of a zone and takes a refusal, a failure or silence for the end. A zone has "
                + "several servers for this very reason (RFC 2182). The lookup fails only if no server of the zone can answer.");
        Add(
            Flaw.Upward,
            "follows referrals that do not lead down",
            "Your resolver follows every referral. A server without the zone refers it to the root, from where the way leads "
                + "to the same server again, round and round, until your queries are used up. Such a response is `Unusable`: "
                + "the zone's next server may have the answer.");
        Add(
            Flaw.Circle,
            "looks for a server through that server",
            "To find the address of a name server, your resolver asks for that address, is referred to the same "
                + "name server, looks for its address, and so on, without end. Remember which names are being looked up. If "
                + "one of them is needed again on the way, that server is of no use: try the next one.");
        Add(
            Flaw.CircleCounted,
            "spends its queries on a circle",
            "Your limit on queries stops the circle, and the whole lookup with it. The zone's first server could only be found "
                + "through itself; the second one would have answered, but no queries are left. Remember which names are being "
                + "looked up, and leave such a server out as soon as one of them is needed again.");
        Add(
            Flaw.NoLimit,
            "has no limit",
            "Your resolver goes on for as long as an attacker leads it on. Here a server names another server for each question, "
                + "whose address has to be looked up, at the same server. Every name is new and every referral leads down, so "
                + "no other rule notices. One question then costs the attacker nothing and your resolver, and its victims, "
                + "thousands of packets (the NXNSAttack of 2020). Count, and give up.");
        Add(
            Flaw.Uncounted,
            "does not count its queries",
            "Your resolver notices circles, and otherwise goes on for as long as an attacker leads it on. Here a server names "
                + "another server for each question, always a new one, whose address has to be looked up at the same server. "
                + "One question then costs your resolver, and its victims, thousands of packets (the NXNSAttack of 2020). "
                + "Before each query, give up if `servers.Queries` is 30 already.");
        Add(
            Flaw.Sideways,
            "follows referrals to zones without the name",
            "Your resolver follows a referral to a longer zone that does not contain the name. The servers of that zone refuse, "
                + "while the next server of the right zone would have had the answer. Such a response is `Unusable`.");
        Add(
            Flaw.AnyName,
            "takes every address in the answer",
            "Your resolver takes all addresses in `Answers`, whatever their name. That a response has addresses of the name does "
                + "not mean that all its addresses are. A server can put there what it likes, and your resolver sends its "
                + "clients there. Return only the records that have the name in question.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, (servers, wanted) => new Walker(servers, flaw).Resolve(wanted)));
    }

    /// <summary>The arguments of one call.</summary>
    public sealed class Lookup
    {
        internal Lookup(ScriptedNames names, ScriptedNames.Query query, string expected, int maxQueries) =>
            (Names, Query, Expected, MaxQueries) = (names, query, expected, maxQueries);

        internal ScriptedNames Names { get; }

        internal ScriptedNames.Query Query { get; }

        internal string Expected { get; }

        internal int MaxQueries { get; }
    }

    // Results are equal if they say the same, whichever way they were found, as long as it was not too long.
    private sealed class Outcome : Shown
    {
        private const int MaxServers = 8;

        private readonly ResolverWalk _walk;
        private readonly string _result;
        private readonly string _key;
        private readonly string _note = "";

        public Outcome(ResolverWalk walk, bool isEndless, Lookup lookup)
        {
            _walk = walk;
            _result = isEndless ? InvariantText.Format($"still asking after {NameServers.MaxQueries} queries") : walk.Result;
            if (_result == lookup.Expected && walk.Queries > lookup.MaxQueries)
            {
                _result += ", with queries that were not needed";
                _note = $" {ResolverWalk.Count(lookup.MaxQueries)} would have been enough.";
            }

            // Whoever finds nothing with all the queries there are has made the same mistake, counted or not.
            _key = _result != lookup.Expected && walk.Queries == NameServers.MaxQueries && _note.Length == 0 ? "" : _result;
        }

        public override string ToHtml() =>
            _walk.NarrowTable($"{ResolverWalk.Count(_walk.Queries)}: {_result}.{_note}").ToHtml();

        public override string ToString() => _walk.Queries == 0
            ? _result + ", without a query"
            : $"{_result}; asked {string.Join(", ", _walk.Servers.Take(MaxServers))}"
                + (_walk.Queries > MaxServers ? InvariantText.Format($" and {_walk.Queries - MaxServers} more") : "")
                + "." + _note;

        public override bool Equals(object? obj) => obj is Outcome other && _key == other._key;

        public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>A resolver without a cache.</summary>
    private sealed class Walker(NameServers servers, Flaw flaw, bool isGlueFirst = false)
    {
        private readonly HashSet<DnsName> _lookingFor = [];

        private static (ResponseCode, IReadOnlyList<Address>) Failed => (ResponseCode.ServerFailure, []);

        public (ResponseCode Code, IReadOnlyList<Address> Addresses) Resolve(DnsName name)
        {
            if (!_lookingFor.Add(name) && flaw is not (Flaw.Circle or Flaw.CircleCounted))
            {
                return Failed;
            }

            try
            {
                return Walk(name);
            }
            finally
            {
                _lookingFor.Remove(name);
            }
        }

        private (ResponseCode Code, IReadOnlyList<Address> Addresses) Walk(DnsName name)
        {
            IEnumerable<Address> candidates = [servers.Root];
            for (var zone = DnsName.Root; ;)
            {
                if (FirstOfUse(candidates, name, zone) is not { } response)
                {
                    return Failed;
                }

                var found = (flaw == Flaw.GlueForAnAnswer ? [.. response.Answers, .. response.Additional] : response.Answers)
                    .Where(record => record.Type == DnsType.A
                        && (flaw is Flaw.GlueForAnAnswer or Flaw.AnyName || record.Name == name))
                    .Select(record => record.Address)
                    .ToList();
                if (found.Count > 0)
                {
                    return (ResponseCode.NoError, found);
                }

                if (AliasOf(name, response) is { } target)
                {
                    switch (flaw)
                    {
                        case Flaw.NoAlias:
                            return (ResponseCode.NoError, []);
                        case Flaw.AliasAtTheSameServer:
                            name = target;
                            continue;
                        default:
                            return flaw == Flaw.NoLimit ? Walk(target) : Resolve(target);
                    }
                }

                if (response.Code == ResponseCode.NameError)
                {
                    return (ResponseCode.NameError, []);
                }

                var referrals = Referrals(response, name, zone);
                if (referrals.Count == 0)
                {
                    return (flaw == Flaw.NoDataForNoName ? ResponseCode.NameError : ResponseCode.NoError, []);
                }

                zone = referrals[0].Name;
                candidates = referrals
                    .OrderBy(record => isGlueFirst && GlueOf(record.Target, response).Count == 0)
                    .SelectMany(record => AddressesOf(record.Target, response));
            }
        }

        private DnsMessage? FirstOfUse(IEnumerable<Address> candidates, DnsName name, DnsName zone)
        {
            foreach (var address in flaw == Flaw.OneServer ? candidates.Take(1) : candidates)
            {
                if (servers.Queries == NameServers.MaxQueries && flaw is not (Flaw.NoLimit or Flaw.Uncounted or Flaw.Circle))
                {
                    return null;
                }

                if (servers.Ask(address, name) is { } response
                    && (ReadResponseExercise.KindOf(response, zone, name) != ResponseKind.Unusable
                        || (flaw is Flaw.Upward or Flaw.Sideways && Referrals(response, name, zone).Count > 0)))
                {
                    return response;
                }
            }

            return null;
        }

        private List<DnsRecord> Referrals(DnsMessage response, DnsName name, DnsName zone) =>
        [
            .. response.Authority.Where(record => record.Type == DnsType.NS && (flaw == Flaw.Upward
                || ((flaw == Flaw.Sideways || name.IsWithin(record.Name)) && record.Name.Labels.Count > zone.Labels.Count))),
        ];

        private IReadOnlyList<Address> AddressesOf(DnsName server, DnsMessage response) =>
            GlueOf(server, response) is var glue && (glue.Count > 0 || flaw == Flaw.NoDetour) ? glue : Resolve(server).Addresses;

        private static List<Address> GlueOf(DnsName server, DnsMessage response) =>
        [
            .. response.Additional
                .Where(record => record.Type == DnsType.A && record.Name == server)
                .Select(record => record.Address),
        ];

        private static DnsName? AliasOf(DnsName name, DnsMessage response) => response.Answers
            .FirstOrDefault(record => record.Type == DnsType.CNAME && record.Name == name)?.Target;
    }
}
