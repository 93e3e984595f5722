using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>A topology read from text, checked as far as is possible without running it.</summary>
internal sealed class Topology
{
    private const string Statements = "host, switch, router, link, route or routing";
    private const int MaxMtu = 65_535;
    private const int ShortestMtu = 68; // RFC 791, section 3.2

    private readonly Dictionary<string, TopologyNode> _nodes = [];
    private readonly List<TopologyLink> _links = [];
    private readonly HashSet<(string, string)> _joined = [];
    private readonly List<TopologyRoute> _routes = [];

    private Topology()
    {
    }

    public IReadOnlyCollection<TopologyNode> Nodes => _nodes.Values;

    public IReadOnlyList<TopologyLink> Links => _links;

    public IReadOnlyList<TopologyRoute> Routes => _routes;

    /// <summary>Whether routers are given the shortest paths, in addition to their static routes.</summary>
    public bool IsShortest { get; private set; } = true;

    /// <exception cref="FormatException">A line is invalid; the message says which one, and what was expected.</exception>
    public static Topology Of(string text)
    {
        var topology = new Topology();
        foreach (var line in TopologyLine.Of(text))
        {
            topology.Read(line);
        }

        topology.Check();
        return topology;
    }

    private void Read(TopologyLine line)
    {
        var statement = line.Word(Statements);
        switch (statement)
        {
            case "host":
                var host = new TopologyNode(line, line.Name(), DiagramNodeKind.Host);
                if (line.Take("dhcp"))
                {
                    Add(host);
                    line.End("the end of the line: the host knows nothing yet");
                    break;
                }

                host = host with
                {
                    Interface = line.Interface(line.Word("an address and its prefix length, for instance 10.0.1.10/24")),
                };
                Add(host with { Gateway = line.Take("via") ? Gateway(line, host.Interface!.Value) : null });
                line.End("the end of the line, or 'via' and the address of a router");
                break;
            case "switch":
                Add(new TopologyNode(line, line.Name(), DiagramNodeKind.Switch));
                line.End("the end of the line");
                break;
            case "router":
                ReadRouter(line);
                break;
            case "link":
                ReadLink(line);
                break;
            case "route":
                var router = Known(line, line.Name());
                if (router.Kind == DiagramNodeKind.Switch)
                {
                    throw line.Fault(
                        $"{router.Name} is a switch, and switches have no routes. Expected: the name of a router or host.");
                }

                var prefix = line.Prefix();
                _routes.Add(line.Take("via")
                    ? new TopologyRoute(line, router.Name, prefix, line.Address("the address of the next router"))
                    : throw line.Fault("Expected after the prefix: 'via' and the address of the next router."));
                line.End("the end of the line");
                break;
            case "routing":
                IsShortest = line.Word("'shortest' or 'written'") switch
                {
                    "shortest" => true,
                    "written" => false,
                    var other => throw line.Fault($"There is no routing '{other}'. Expected: 'shortest' or 'written'."),
                };
                line.End("the end of the line");
                break;
            default:
                throw line.Fault($"'{Octets.Shorten(statement, 40)}' is not a statement. Expected: {Statements}.");
        }
    }

    private void ReadRouter(TopologyLine line)
    {
        var router = new TopologyNode(line, line.Name(), DiagramNodeKind.Router);
        while (!line.IsAtEnd)
        {
            router = line.Take("rip") ? router with { IsRip = true }
                : line.Take("silent") ? router with { IsSilent = true }
                : line.Take("nat")
                    ? router.Nat is null
                        ? router with { Nat = line.Address("the address that all hosts inside share") }
                        : throw line.Fault("'nat' is given twice. Expected: one address that all hosts inside share.")
                    : throw line.Fault(
                        $"'{line.Word("")}' is not a router option. Expected: 'rip', 'silent', or 'nat' and an address.");
        }

        Add(router);
    }

    private void ReadLink(TopologyLine line)
    {
        var link = new TopologyLink(line, ReadEnd(line), ReadEnd(line));
        if (link.A.Node == link.B.Node)
        {
            throw line.Fault($"Both ends are at {link.A.Node}. Expected: two different nodes.");
        }

        var options = link.Options;
        while (!line.IsAtEnd)
        {
            var what = line.Word("");
            (link, options) = what switch
            {
                "rate" => (link, options with { BitsPerSecond = line.Rate("a rate, for instance 10Mbit/s") }),
                "delay" => (link, options with { Delay = line.Time("a time, for instance 5ms") }),
                "loss" => (link, options with { Loss = line.Share("a percentage, for instance 2%") }),
                "queue" => (link, options with { QueueLimit = line.Whole("the number of frames that can wait", 0, 1_000_000) }),
                "mtu" => (link with { Mtu = line.Whole("the MTU in bytes", ShortestMtu, MaxMtu) }, options),
                "cost" => (link with { Cost = line.Whole("the cost of the link", 1, NetworkGraph.MaxCost) }, options),
                _ => throw line.Fault(
                    $"'{Octets.Shorten(what, 40)}' is not a link option. "
                        + "Expected: rate, delay, queue, loss, mtu or cost, each with a value."),
            };
        }

        if (!_joined.Add(LinkEnds.Of(link.A.Node, link.B.Node)))
        {
            throw line.Fault(
                $"{link.A.Node} and {link.B.Node} are already linked. Expected: at most one link between two nodes.");
        }

        _links.Add(link with { Options = options });
    }

    private TopologyEnd ReadEnd(TopologyLine line)
    {
        const string expected = "the name of a node; for a router, with an address: r1=10.0.1.1/24";
        var parts = line.Word(expected).Split('=');
        var node = Known(line, parts[0]);
        var (address, length) = parts.Length == 2 ? line.Interface(parts[1]) : default;
        return (node.Kind, parts.Length) switch
        {
            (DiagramNodeKind.Router, 1) => throw line.Fault(
                $"The router {node.Name} has no address at this end. "
                    + $"Expected: {node.Name}= and an address with its prefix length, for instance {node.Name}=10.0.1.1/24."),
            (DiagramNodeKind.Host or DiagramNodeKind.Switch, 2) => throw line.Fault(
                $"{node.Name} is a {InvariantText.Of(node.Kind)}: "
                    + $"{(node.Kind == DiagramNodeKind.Host ? "its address is in its own line" : "switches have no addresses")}. "
                    + "Expected here: its name alone."),
            (_, > 2) => throw line.Fault($"There is more than one '=' in an end. Expected: {expected}."),
            (DiagramNodeKind.Router, _) => new TopologyEnd(node.Name, (address, length)),
            _ => new TopologyEnd(node.Name, node.Interface),
        };
    }

    private void Add(TopologyNode node)
    {
        if (!_nodes.TryAdd(node.Name, node))
        {
            throw node.Line.Fault(InvariantText.Format(
                $"The name {node.Name} is already used in line {_nodes[node.Name].Line.Number}. Expected: a different one."));
        }
    }

    // The gateway must be another node on the host's own link; the host could not send to any other.
    private static Address Gateway(TopologyLine line, (Address Address, int Length) own)
    {
        var (gateway, network) = (line.Address("the address of a router"), Prefix.Of(own.Address, own.Length));
        return gateway == own.Address
            ? throw line.Fault($"{gateway} is the host's own address. Expected: that of a router in {network}.")
            : network.Contains(gateway) ? gateway
            : throw line.Fault(
                $"{gateway} is not in {network}, the host's network. Expected: the address of a router in it.");
    }

    private TopologyNode Known(TopologyLine line, string name) => _nodes.GetValueOrDefault(name)
        ?? throw line.Fault(
            $"No node '{Octets.Shorten(name, 40)}' is defined above this line. "
                + $"Expected: {(_nodes.Count == 0 ? "a node defined above" : string.Join(", ", _nodes.Keys.Take(20)))}.");

    private void Check()
    {
        if (_nodes.Count == 0)
        {
            throw new FormatException(
                "The text is empty. Expected: lines that begin with host, switch, router, link, route or routing.");
        }

        var (addresses, rings) = (new Dictionary<Address, TopologyLine>(), _nodes.Keys.ToDictionary(name => name, name => name));
        string Root(string name)
        {
            for (; rings[name] != name; name = rings[name])
            {
                rings[name] = rings[rings[name]]; // path halving: the next search is half as long
            }

            return name;
        }

        var links = _links.SelectMany(link => (TopologyEnd[])[link.A, link.B], (link, end) => (link.Line, end))
            .GroupBy(pair => pair.end.Node)
            .ToDictionary(ends => ends.Key, ends => ends.ToList());
        foreach (var node in _nodes.Values)
        {
            var count = links.GetValueOrDefault(node.Name)?.Count ?? 0;
            if (count == 0 || (node.Kind == DiagramNodeKind.Host && count > 1))
            {
                var actual = count == 0 ? "no link" : InvariantText.Format($"{count} links");
                var expected = node.Kind == DiagramNodeKind.Host ? "exactly one" : "at least one";
                throw node.Line.Fault($"{node.Name} has {actual}. Expected: {expected}.");
            }

            if (node.Nat is { } nat && !links[node.Name].Exists(pair => pair.end.Interface?.Address == nat))
            {
                throw node.Line.Fault(
                    $"{node.Name} is to translate to {nat}, but has no link with that address. Expected: one of its own.");
            }
        }

        foreach (var (line, end) in links.Values.SelectMany(ends => ends))
        {
            if (end.Interface is { } own && !addresses.TryAdd(own.Address, line))
            {
                throw line.Fault(InvariantText.Format(
                    $"{own.Address} is already used in line {addresses[own.Address].Number}. Expected: a different one."));
            }
        }

        foreach (var link in _links.Where(link => IsSwitch(link.A) && IsSwitch(link.B)))
        {
            var (a, b) = (Root(link.A.Node), Root(link.B.Node));
            rings[a] = a != b ? b : throw link.Line.Fault(
                "This link closes a ring of switches: a broadcast would circulate in it forever, "
                    + "because these switches run no spanning tree protocol. Expected: a router in every ring.");
        }
    }

    private bool IsSwitch(TopologyEnd end) => _nodes[end.Node].Kind == DiagramNodeKind.Switch;
}

/// <summary>A node, as described by its line.</summary>
internal sealed record TopologyNode(TopologyLine Line, string Name, DiagramNodeKind Kind)
{
    /// <summary>The address of a host, and its prefix length; null for other nodes, and for a host that begins without.</summary>
    public (Address Address, int Length)? Interface { get; init; }

    /// <summary>The default gateway of a host.</summary>
    public Address? Gateway { get; init; }

    public bool IsRip { get; init; }

    public bool IsSilent { get; init; }

    /// <summary>The address that all hosts inside share, if the node is a router that translates addresses.</summary>
    public Address? Nat { get; init; }
}

/// <summary>One end of a link.</summary>
internal sealed record TopologyEnd(string Node, (Address Address, int Length)? Interface);

/// <summary>A link, as described by its line.</summary>
internal sealed record TopologyLink(TopologyLine Line, TopologyEnd A, TopologyEnd B)
{
    public LinkOptions Options { get; init; } = LinkOptions.Perfect;

    public int Mtu { get; init; } = 1500;

    public int Cost { get; init; } = 1;
}

/// <summary>A static route, as described by its line.</summary>
internal sealed record TopologyRoute(TopologyLine Line, string Router, Prefix Prefix, Address Via);
