using System.Runtime.InteropServices;
using NetworkingCourse.Network;
using NetworkingCourse.Packets;

namespace NetworkingCourse;

/// <summary>
/// A tree of names whose servers answer in this process, without a network: honest ones, as the course's servers do, and some
/// that are mistaken, silent or malicious. Its addresses are for documentation (RFC 5737).
/// </summary>
internal sealed class ScriptedNames
{
    private const uint TimeToLive = 300;
    private const uint FirstServer = 0xC0000201;  // 192.0.2.1
    private const uint FirstHost = 0xCB007100;    // 203.0.113.0
    private const string HostServer = "ns.host.example.";
    private const int RandomDomains = 4;

    private static readonly DnsName Trap = DnsName.Parse("trap.test.");

    private readonly Dictionary<Address, Host> _hosts = [];
    private readonly Dictionary<string, List<DnsRecord>> _zones = [];
    private readonly List<Query> _queries = [];
    private readonly Dictionary<(Address, DnsQuestion), NameQuery> _answered = [];
    private readonly Random _random;

    public ScriptedNames(Random random)
    {
        _random = random;
        var root = Serve("a.root.", Kind.Honest, ".");
        Root = root;
        Delegate("test.", ("a.nic.test.", Kind.Honest));
        Delegate("example.", ("b.nic.example.", Kind.Honest));
        Delegate("host.example.", (HostServer, Kind.Honest));
        var hosts = (string[])["ns1.host.example.", "ns2.host.example."];
        foreach (var host in hosts)
        {
            Add("host.example.", host, DnsType.A, new AddressData(Serve(host, Kind.Honest)));
        }

        Delegate("plain.test.", ("ns1.plain.test.", Kind.Honest), ("ns2.plain.test.", Kind.Honest));
        Name("plain.test.", "www");
        Name("plain.test.", "www");
        Ask("www.plain.test.", "an ordinary name");
        Add("plain.test.", "six.plain.test.", DnsType.AAAA, new AddressData(Address.Parse("2001:db8::80")));
        Ask("six.plain.test.", "a name that has only an IPv6 address");
        Ask("none.plain.test.", "a name that does not exist");
        Delegate("sub.plain.test.", ("ns.sub.plain.test.", Kind.Honest));
        Name("sub.plain.test.", "www");
        Ask("www.sub.plain.test.", "a name three zones down");
        Alias("plain.test.", "alias", "www.plain.test.");
        Ask("alias.plain.test.", "an alias in the same zone");
        Alias("plain.test.", "shop", "www.shop.test.");
        Glueless("shop.test.", hosts[0]);
        Ask("www.shop.test.", "a name in a zone whose server is named without glue");
        Ask("shop.plain.test.", "an alias for a name in another zone");
        Alias("plain.test.", "dual", "six.plain.test.");
        Ask("dual.plain.test.", "an alias for a name that has only an IPv6 address");
        Glueless("both.test.", hosts);
        Ask("www.both.test.", "a name in a zone with two servers, both named without glue");
        Delegate("lame.test.", ("ns1.lame.test.", Kind.Lame), ("ns2.lame.test.", Kind.Honest));
        Ask("www.lame.test.", "a name in a zone whose first server is lame");
        Delegate("quiet.test.", ("ns1.quiet.test.", Kind.Silent), ("ns2.quiet.test.", Kind.Honest));
        Ask("www.quiet.test.", "a name in a zone whose first server does not respond");
        Delegate("failing.test.", ("ns1.failing.test.", Kind.Failing), ("ns2.failing.test.", Kind.Honest));
        Ask("www.failing.test.", "a name in a zone whose first server has failed");
        Glueless("egg.test.", "ns.egg.test.");
        Ask("www.egg.test.", "a name in a zone whose only server is in that zone, without glue");
        Glueless("hen.test.", "ns.hen.test.", hosts[1]);
        Ask("www.hen.test.", "a name in a zone whose first server is in that zone, without glue", isRound: true);
        Glueless("left.test.", "ns.right.test.");
        Glueless("right.test.", "ns.left.test.");
        Ask("www.left.test.", "a name in a zone whose server is in a second zone, which has its server in the first");
        Delegate("up.test.", ("ns1.up.test.", Kind.Upward), ("ns2.up.test.", Kind.Honest));
        Ask("www.up.test.", "a name in a zone whose first server sends resolvers back to the root");
        Ask("none.up.test.", "a name that does not exist in the same zone");
        Delegate("side.test.", ("ns1.side.test.", Kind.Sideways), ("ns2.side.test.", Kind.Honest));
        Ask("www.side.test.", "a name in a zone whose first server refers to a longer zone that does not contain it");
        Delegate("chatty.test.", ("ns.chatty.test.", Kind.Chatty));
        Ask("www.chatty.test.", "a name whose server adds the address of another name to its answer");
        Delegate("trap.test.", ("ns.trap.test.", Kind.Trap));
        Ask("www.trap.test.", "a name in a zone whose server always names another server, without glue");
        Alias("plain.test.", "hen", "egg.shop.test.");
        Alias("shop.test.", "egg", "hen.plain.test.");
        Ask("hen.plain.test.", "an alias that leads back to itself");
        Delegate("dead.test.", ("ns1.dead.test.", Kind.Lame), ("ns2.dead.test.", Kind.Silent));
        Ask("www.dead.test.", "a name in a zone that no server has");
        for (var i = 1; i <= RandomDomains; i++)
        {
            var word = _random.GetString("bcdfg", 1) + _random.GetString("aeiou", 1) + _random.GetString("klmn", 1);
            AddRandomDomain(Display.InvariantText.Format($"{word}{i}.test."), hosts);
        }

        Start();
    }

    /// <summary>How a server behaves.</summary>
    private enum Kind
    {
        Honest,
        Lame,
        Silent,
        Failing,
        Upward,
        Sideways,
        Chatty,
        Trap,

        // A server whose address is not given where it is named: its name is in another zone, or in the very zone that it serves.
        Elsewhere,
        Inside,
    }

    public Address Root { get; }

    /// <summary>The names to look up, those with the simplest mistakes first.</summary>
    public IReadOnlyList<Query> Queries => _queries;

    /// <summary>Answers a query. The same query always has the same response.</summary>
    public NameQuery Answer(Address address, DnsQuestion question)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_answered, (address, question), out _);
        return known ??= AnswerNew(address, question);
    }

    private NameQuery AnswerNew(Address address, DnsQuestion question)
    {
        if (!_hosts.TryGetValue(address, out var host))
        {
            return new NameQuery(question, address, "", null, null);
        }

        var zone = host.Zones
            .Select(zone => zone.Origin)
            .Where(question.Name.IsWithin)
            .MaxBy(origin => origin.Labels.Count);
        var query = DnsMessage.Query(question.Name, question.Type, id: 1, recursionDesired: false);
        return new NameQuery(question, address, host.Name.TrimEnd('.'), zone, host.Kind switch
        {
            Kind.Silent => null,
            Kind.Failing => query.Respond(ResponseCode.ServerFailure),
            Kind.Upward => Refer(query, ".", "a.root."),
            Kind.Sideways => Refer(query, "sub.plain.test.", "ns.sub.plain.test."),
            Kind.Chatty => WithAnother(AuthoritativeServer.Answer(query, host.Zones)),
            Kind.Trap when question.Name.IsWithin(Trap) => Deeper(query),
            _ => AuthoritativeServer.Answer(query, host.Zones),
        });
    }

    // Refers to a server of a zone, whether the name is in that zone or not.
    private DnsMessage Refer(DnsMessage query, string zone, string server) => query.Respond() with
    {
        Authority = [Record(zone, DnsType.NS, new NameData(DnsName.Parse(server)))],
        Additional = [Record(server, DnsType.A, new AddressData(_hosts.First(host => host.Value.Name == server).Key))],
    };

    // Adds an address of a name that was not asked for.
    private static DnsMessage WithAnother(DnsMessage response) => response with
    {
        Answers = [Record("bank.plain.test.", DnsType.A, new AddressData(Address.V4(FirstHost))), .. response.Answers],
    };

    // Delegates the part of the trap in which the name is to a server in another part of it, and gives no address.
    private static DnsMessage Deeper(DnsMessage query)
    {
        var name = query.Questions[0].Name;
        var part = name.UpToRoot.LastOrDefault(above => above.Labels.Count > Trap.Labels.Count) ?? name;
        var number = part.Labels[0] is ['x', .. var digits] && int.TryParse(digits, out var found) ? found : 0;
        var server = DnsName.Parse(Display.InvariantText.Format($"ns.x{number + 1}.{Trap}"));
        return query.Respond() with
        {
            Authority = [new DnsRecord(part, DnsType.NS, TimeToLive, new NameData(server))],
        };
    }

    private static DnsRecord Record(string name, DnsType type, DnsData data) => new(DnsName.Parse(name), type, TimeToLive, data);

    private void AddRandomDomain(string zone, string[] hosts)
    {
        var kinds = Enumerable.Range(0, _random.Next(0, 3))
            .Select(_ => (Kind[])[Kind.Lame, Kind.Silent, Kind.Failing, Kind.Upward, Kind.Inside])
            .Select(all => all[_random.Next(all.Length)])
            .Distinct()
            .ToList();
        kinds.Insert(_random.Next(kinds.Count + 1), _random.Next(2) == 0 ? Kind.Elsewhere : Kind.Honest);
        var servers = kinds.Select((kind, i) => (
            Name: kind == Kind.Elsewhere ? hosts[i % 2] : Display.InvariantText.Format($"ns{i + 1}.{zone}"),
            Kind: kind)).ToArray();
        Delegate(zone, servers);
        Alias(zone, "alias", $"www.{zone}");
        Alias(zone, "away", "www.sub.plain.test.");
        var isRound = kinds.TakeWhile(kind => kind is not (Kind.Honest or Kind.Elsewhere)).Contains(Kind.Inside);
        var order = _random.Next(2) == 0 ? (string[])["www", "none"] : ["away", "alias"];
        foreach (var name in order)
        {
            Ask($"{name}.{zone}", "a name of a random zone", isRound);
        }
    }

    private void Glueless(string zone, params string[] servers) => Delegate(
        zone,
        [
            .. servers.Select(server =>
                (server, server.EndsWith("." + zone, StringComparison.Ordinal) ? Kind.Inside : Kind.Elsewhere)),
        ]);

    // Adds a zone with a host www, its delegation, and its servers with glue if their kind has any.
    private void Delegate(string zone, params (string Name, Kind Kind)[] servers)
    {
        var parent = _zones.Keys.Where(above => above == "." || zone.EndsWith("." + above, StringComparison.Ordinal))
            .MaxBy(above => above.Length)!;
        _zones.Add(zone, []);
        foreach (var (name, kind) in servers)
        {
            Add(parent, zone, DnsType.NS, new NameData(DnsName.Parse(name)));
            Add(zone, zone, DnsType.NS, new NameData(DnsName.Parse(name)));
            if (kind == Kind.Elsewhere)
            {
                _hosts.Values.FirstOrDefault(host => host.Name == name)?.Origins.Add(zone);
            }
            else if (kind != Kind.Inside)
            {
                var address = Serve(name, kind, zone);
                Add(parent, name, DnsType.A, new AddressData(address));
                Add(zone, name, DnsType.A, new AddressData(address));
            }
        }

        if (zone is not ("plain.test." or "sub.plain.test."))
        {
            Name(zone, "www");
        }
    }

    private Address Serve(string name, Kind kind, params string[] origins)
    {
        var address = Address.V4(FirstServer + (uint)_hosts.Count);
        _hosts.Add(address, new Host(name, kind, kind == Kind.Lame ? [] : [.. origins]));
        foreach (var origin in origins.Where(origin => origin == "."))
        {
            _zones.Add(origin, []);
            Add(origin, origin, DnsType.NS, new NameData(DnsName.Parse(name)));
            Add(origin, name, DnsType.A, new AddressData(address));
        }

        return address;
    }

    private void Name(string zone, string label) => Add(
        zone, $"{label}.{zone}", DnsType.A, new AddressData(Address.V4(FirstHost + (uint)_random.Next(1, 255))));

    private void Alias(string zone, string label, string target) =>
        Add(zone, $"{label}.{zone}", DnsType.CNAME, new NameData(DnsName.Parse(target)));

    private void Add(string zone, string name, DnsType type, DnsData data) => _zones[zone].Add(Record(name, type, data));

    private void Ask(string name, string what, bool isRound = false) =>
        _queries.Add(new Query(DnsName.Parse(name), what, isRound));

    private void Start()
    {
        var zones = _zones.ToDictionary(
            zone => zone.Key,
            zone => new Zone(zone.Value.Prepend(Record(zone.Key, DnsType.SOA, new ZoneStartData(
                DnsName.Parse("a.root."), DnsName.Parse("hostmaster.test."), 1, 7200, 900, 1_209_600, 60)))));
        foreach (var host in _hosts.Values)
        {
            host.Zones = [.. host.Origins.Select(origin => zones[origin])];
        }
    }

    /// <summary>A name to look up.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="What">What is special about it.</param>
    /// <param name="IsRound">Whether there is a circle on the way, from which resolvers find out in different ways.</param>
    internal sealed record Query(DnsName Name, string What, bool IsRound);

    private sealed record Host(string Name, Kind Kind, List<string> Origins)
    {
        public IReadOnlyList<Zone> Zones { get; set; } = [];
    }
}
