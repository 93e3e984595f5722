using NetworkingCourse.Display;
using NetworkingCourse.Packets;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// A small simulated internet: hosts, switches, routers and links, described by a few lines of text. Real bytes travel on its
/// links: Ethernet frames that carry ARP, IPv4, ICMP and UDP. Nothing leaves the process, and time is simulated. The same text
/// with the same seed behaves identically on every run.
/// </summary>
/// <remarks>
/// The text has one statement per line; <c>#</c> starts a comment:
/// <code>
/// host   h1 10.0.1.10/24 via 10.0.1.1
/// host   h2 dhcp
/// switch s1
/// router r1 [rip] [silent] [nat ADDRESS]
/// link   h1 s1
/// link   s1 r1=10.0.1.1/24 [rate 10Mbit/s] [delay 5ms] [queue 20] [loss 2%] [mtu 1400] [cost 3]
/// route  r1 10.0.2.0/24 via 10.0.12.2
/// routing shortest | written
/// </code>
/// Routers know the shortest paths from the start, unless the text says <c>routing written</c> or a router learns its routes by
/// <c>rip</c>.
/// </remarks>
public sealed partial class Internet : Shown
{
    private const long MaxEvents = 50_000_000;
    private const int MaxRecorded = 20_000;

    private readonly Dictionary<string, Node> _nodes = [];
    private readonly Dictionary<uint, IpNode> _owners = [];
    private readonly List<Cable> _cables = [];
    private readonly Dictionary<(string Node, string Reason), long> _drops = [];
    private readonly Dictionary<Cable, string> _queueFull = [];

    private Internet(Topology topology, int seed)
    {
        Simulator = new Simulator(seed);
        foreach (var node in topology.Nodes)
        {
            _nodes[node.Name] = Create(node, _nodes.Count + 1);
        }

        foreach (var link in topology.Links)
        {
            Plug(link);
        }

        foreach (var node in topology.Nodes)
        {
            Finish(node);
        }

        foreach (var route in topology.Routes)
        {
            Write((IpNode)_nodes[route.Router], route.Prefix, route.Via, route.Line);
        }

        if (topology.IsShortest)
        {
            Reroute();
        }
    }

    /// <summary>The simulated time since the internet was built.</summary>
    public TimeSpan Now => Simulator.Now;

    /// <summary>The number of frames put on a link so far.</summary>
    public long Hops { get; internal set; }

    internal Simulator Simulator { get; }

    internal IEnumerable<Router> Routers => _nodes.Values.OfType<Router>();

    internal IEnumerable<Host> Hosts => _nodes.Values.OfType<Host>();

    internal IReadOnlyList<Cable> Cables => _cables;

    /// <summary>Builds an internet and switches it on.</summary>
    /// <param name="text">The topology, one statement per line.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <exception cref="FormatException">A line is invalid; the message says which one, and what was expected.</exception>
    public static Internet Of(string text, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Internet(Topology.Of(text), seed);
    }

    /// <summary>Runs the simulation for a while.</summary>
    /// <param name="time">The simulated time to run for.</param>
    public Internet RunFor(TimeSpan time)
    {
        Simulator.RunUntil(Now + time, MaxEvents);
        return this;
    }

    /// <summary>Cuts a link. Frames on it are lost, and both ends notice at once.</summary>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public Internet Cut(string a, string b) => Set(a, b, isUp: false);

    /// <summary>Repairs a link that was cut.</summary>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public Internet Repair(string a, string b) => Set(a, b, isUp: true);

    /// <summary>Schedules a link to be cut.</summary>
    /// <param name="after">The simulated time until then.</param>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public Internet CutAfter(TimeSpan after, string a, string b) => SetAfter(after, a, b, isUp: false);

    /// <summary>Schedules a link to be repaired.</summary>
    /// <param name="after">The simulated time until then.</param>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public Internet RepairAfter(TimeSpan after, string a, string b) => SetAfter(after, a, b, isUp: true);

    /// <summary>
    /// Recomputes the shortest paths over the links that are up, and installs them in all routers that do not learn by RIP. A
    /// link-state protocol reaches the same result some time after a change.
    /// </summary>
    public Internet Reroute()
    {
        ShortestRoutes.Install(this);
        return this;
    }

    /// <summary>The routing table of a router or host.</summary>
    /// <exception cref="ArgumentException">There is no such node, or it has no routes.</exception>
    public Table Routes(string node) => Find<IpNode>(node) is Router router ? router.Table() : new Table(
        ["prefix", "next hop"],
        Find<IpNode>(node).Routes.All.OrderBy(route => route.Prefix)
            .Select(IReadOnlyList<object?> (route) => [route.Prefix, route.Value]));

    /// <summary>The ARP cache of a host or router: the link-layer addresses that it knows.</summary>
    /// <exception cref="ArgumentException">There is no such node, or it has no ARP cache.</exception>
    public Table Arp(string node) => Find<IpNode>(node).Arp.Table();

    /// <summary>The addresses that a switch has learned.</summary>
    /// <exception cref="ArgumentException">There is no such switch.</exception>
    public Table Learned(string node) => Find<Switch>(node).Table();

    /// <summary>The translation table of a router that translates addresses.</summary>
    /// <exception cref="ArgumentException">There is no such router, or it does not translate addresses.</exception>
    public NatTable Nat(string node) =>
        Find<Router>(node).Nat?.Table ?? throw new ArgumentException($"{node} does not translate addresses.", nameof(node));

    /// <summary>The frames dropped so far, by place and reason.</summary>
    public Table Drops() => new(
        ["node", "reason", "frames"],
        _drops.OrderByDescending(drop => drop.Value).ThenBy(drop => drop.Key)
            .Select(IReadOnlyList<object?> (drop) => [drop.Key.Node, drop.Key.Reason, drop.Value]),
        _drops.Count == 0 ? "Nothing was dropped." : null);

    /// <summary>Statistics of the queues in front of the links; only links that have a rate build up a queue.</summary>
    public Table Queues() => new(
        ["from", "to", "link", "sent", "longest queue", "dropped, queue full"],
        _cables.Where(cable => cable.Options.BitsPerSecond is not null).SelectMany(cable => (Port[])[cable.A, cable.B])
            .Select(IReadOnlyList<object?> (port) =>
            [
                port.Node.Name, port.Peer.Node.Name, port.Cable.Options, port.Sent, port.LongestQueue, port.Overflowed,
            ]));

    /// <summary>
    /// Draws where each host and router would forward a packet for an address now, according to its routing table. No packet is
    /// sent.
    /// </summary>
    /// <param name="to">A host or router, by name or by address.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public NetworkDiagram DrawRoutes(string to) => Draw(
        $"Where packets for {to} are forwarded",
        ForwardingPaths.Links(_nodes.Values.OfType<IpNode>(), AddressOf(to)),
        []);

    /// <summary>Draws the network.</summary>
    /// <param name="title">The heading above the drawing.</param>
    public NetworkDiagram Draw(string title = "The network") => Draw(title, new Dictionary<(string, string), string>(), []);

    /// <inheritdoc/>
    protected override IShown ShownAs => Draw();

    internal NetworkDiagram Draw(
        string title,
        IReadOnlyDictionary<(string, string), string> used,
        IReadOnlyList<DiagramDrop> drops) => new(
        title,
        _nodes.Values.Select(node => new DiagramNode(
            node.Name,
            node.Kind,
            node is not Host host ? ""
                : host.Ports[0].Network is { } network ? $"{host.MainAddress}/{network.Length}" : "no address yet")),
        _cables.Select(cable => Drawn(cable, used)))
        {
            Drops = drops,
        };

    /// <exception cref="ArgumentException">There is no such node, or it is of another kind.</exception>
    internal T Find<T>(string name)
        where T : Node => _nodes.GetValueOrDefault(name) switch
        {
            T node => node,
            null => throw new ArgumentException(
                $"There is no node '{name}' in this network. Its nodes: {string.Join(", ", _nodes.Keys.Take(40))}.",
                nameof(name)),
            _ when typeof(T) == typeof(IpNode) =>
                throw new ArgumentException($"{name} is neither a host nor a router.", nameof(name)),
            _ => throw new ArgumentException($"{name} is not a {typeof(T).Name.ToLowerInvariant()}.", nameof(name)),
        };

    /// <summary>Resolves an address that is given literally, or as the name of a host or router.</summary>
    internal Address AddressOf(string nameOrAddress) =>
        Address.TryParse(nameOrAddress, out var address, out _) && !address.IsV6
            ? address
            : Find<IpNode>(nameOrAddress).MainAddress;

    /// <summary>The name of the node that has an address; null if none has it.</summary>
    internal string? NameOf(Address address) => _owners.GetValueOrDefault(address.ToUInt32())?.Name;

    internal Port PortTowards(string node, string neighbour) =>
        CableBetween(node, neighbour) is var cable && cable.A.Node.Name == node ? cable.A : cable.B;

    internal void Dropped(Node node, PacketTrace? trace, string reason, Port? on)
    {
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_drops, (node.Name, reason), out _)++;
        trace?.Dropped(node, reason, on);
    }

    internal string QueueFullReason(Cable cable) => _queueFull.TryGetValue(cable, out var reason)
        ? reason
        : _queueFull[cable] = InvariantText.Format($"the queue is full: it holds {cable.Options.QueueLimit}");

    /// <summary>Runs the simulation until a condition holds or a deadline has passed.</summary>
    internal void RunUntil(Func<bool> isDone, TimeSpan deadline)
    {
        for (var events = 0L; !isDone(); events++)
        {
            if (Simulator.NextDue is not { } due || due > deadline)
            {
                Simulator.RunUntil(deadline);
                return;
            }

            if (events == MaxEvents)
            {
                throw new InvalidOperationException(
                    InvariantText.Format($"Not finished after {MaxEvents:N0} events, at {InvariantText.Of(Now)}."));
            }

            Simulator.Step();
        }
    }

    private Node Create(TopologyNode node, int number) => node.Kind switch
    {
        DiagramNodeKind.Host => new Host(this, node.Name, number),
        DiagramNodeKind.Switch => new Switch(this, node.Name, number),
        _ => new Router(this, node.Name, number) { IsSilent = node.IsSilent },
    };

    private void Plug(TopologyLink link)
    {
        var (a, b) = (_nodes[link.A.Node].AddPort(), _nodes[link.B.Node].AddPort());
        _cables.Add(new Cable(Simulator, a, b, link.Options, link.Mtu, link.Cost));
        foreach (var (port, end) in (ReadOnlySpan<(Port, TopologyEnd)>)[(a, link.A), (b, link.B)])
        {
            if (end.Interface is { } own && port.Node is IpNode node)
            {
                node.Configure(port, own.Address, own.Length);
                _owners[own.Address.ToUInt32()] = node;
            }
        }
    }

    private void Finish(TopologyNode node)
    {
        if (_nodes[node.Name] is Host host && node.Gateway is { } gateway)
        {
            host.Routes.Enter(Prefix.Parse("0.0.0.0/0"), new NextHop(host.Ports[0], gateway, RouteOrigin.Written));
        }

        if (_nodes[node.Name] is Router router)
        {
            router.Nat = node.Nat is { } outside
                ? new AddressTranslation(router, router.Ports.First(port => port.Address == outside))
                : null;
            router.Rip = node.IsRip ? new RipProcess(router) : null;
        }
    }

    private static void Write(IpNode node, Prefix prefix, Address via, TopologyLine line)
    {
        var port = node.Ports.FirstOrDefault(port => port.Network is { } network && network.Contains(via))
            ?? throw line.Fault(
                $"{via} is not on any link of {node.Name}. "
                + $"Expected: an address in {string.Join(" or ", node.Ports.Select(port => port.Network).OfType<Prefix>())}.");
        node.Routes.Enter(prefix, node.Owns(via.ToUInt32())
            ? throw line.Fault($"{via} is an address of {node.Name} itself. Expected: that of another router in {port.Network}.")
            : new NextHop(port, via, RouteOrigin.Written));
    }

    private Internet Set(string a, string b, bool isUp)
    {
        CableBetween(a, b).Set(isUp);
        return this;
    }

    private Internet SetAfter(TimeSpan after, string a, string b, bool isUp)
    {
        var cable = CableBetween(a, b);
        Simulator.After(after, () => cable.Set(isUp));
        return this;
    }

    private Cable CableBetween(string a, string b)
    {
        (_, _) = (Find<Node>(a), Find<Node>(b));
        return _cables.Find(cable =>
                (cable.A.Node.Name == a && cable.B.Node.Name == b) || (cable.A.Node.Name == b && cable.B.Node.Name == a))
            ?? throw new ArgumentException(
                $"There is no link between {a} and {b}. The links: {string.Join(", ", _cables.Take(40))}.");
    }

    private static DiagramLink Drawn(Cable cable, IReadOnlyDictionary<(string, string), string> used)
    {
        var (a, b) = (cable.A.Node.Name, cable.B.Node.Name);
        var towards = used.GetValueOrDefault(LinkEnds.Of(a, b));
        var isBetweenRouters = cable.A.Network is not null && cable.B.Network is not null;
        string[] words =
        [
            isBetweenRouters && cable.A.Network == cable.B.Network ? cable.A.Network.ToString()! : "",
            cable.Cost > 1 ? InvariantText.Format($"cost {cable.Cost}") : "",
            cable.Mtu != 1500 ? InvariantText.Format($"MTU {cable.Mtu:N0}") : "",
            cable.Options.BitsPerSecond is { } rate ? InvariantText.Format($"{rate / 1e6:0.###} Mbit/s") : "",
        ];
        return new DiagramLink(a, b, string.Join(", ", words.Where(word => word.Length > 0)))
        {
            State = !cable.IsUp ? DiagramLinkState.Cut : towards is null ? DiagramLinkState.Idle : DiagramLinkState.OnRoute,
            Towards = cable.IsUp && towards is { Length: > 0 } ? towards : null,
        };
    }
}
