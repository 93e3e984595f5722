using NetworkingCourse.Packets;

namespace NetworkingCourse.Network;

/// <summary>
/// Installs the shortest paths over the links that are up in every router that does not run RIP, by running Dijkstra's algorithm
/// from each of them on the complete map.
/// </summary>
internal static class ShortestRoutes
{
    public static void Install(Internet internet)
    {
        var map = RouterMap.Of(internet);
        var owners = internet.Routers.SelectMany(router => router.Ports, (router, port) => (router, port.Network))
            .Where(pair => pair.Network is not null)
            .GroupBy(pair => pair.Network!.Value, pair => pair.router)
            .ToList();
        var hidden = Hidden(map, internet);
        foreach (var router in map.Routers.Where(router => router.Rip is null))
        {
            foreach (var old in router.Routes.All.Where(route => route.Value.Origin == RouteOrigin.Shortest).ToList())
            {
                router.Routes.Remove(old.Prefix);
            }

            var (distance, first) = map.From(router);
            foreach (var network in owners.Where(network => IsFor(router, network.Key, hidden)))
            {
                var nearest = network.MinBy(owner => distance[map.NumberOf(owner)])!;
                if (distance[map.NumberOf(nearest)] is not (0 or Dijkstra.Unreachable)
                    && !router.Routes.TryGet(network.Key, out _))
                {
                    var (port, via) = map.Hop(router, first[map.NumberOf(nearest)]);
                    router.Routes.Enter(
                        network.Key,
                        new NextHop(port, via, RouteOrigin.Shortest, distance[map.NumberOf(nearest)]));
                }
            }
        }
    }

    private static bool IsFor(Router router, Prefix prefix, List<(HashSet<Router> Inside, HashSet<Prefix> Prefixes)> hidden) =>
        hidden.TrueForAll(region => !region.Prefixes.Contains(prefix) || region.Inside.Contains(router));

    // The networks behind each translator: they are private, so routers outside get no routes to them.
    private static List<(HashSet<Router> Inside, HashSet<Prefix> Prefixes)> Hidden(RouterMap map, Internet internet)
    {
        var regions = new List<(HashSet<Router>, HashSet<Prefix>)>();
        foreach (var translator in internet.Routers.Where(router => router.Nat is not null))
        {
            var inside = new HashSet<Router> { translator };
            var open = new Stack<Router>(map.NeighboursOf(translator)
                .Where(n => n.Port != translator.Nat!.Outside)
                .Select(n => n.Router));
            while (open.TryPop(out var router))
            {
                if (inside.Add(router))
                {
                    foreach (var neighbour in map.NeighboursOf(router))
                    {
                        open.Push(neighbour.Router);
                    }
                }
            }

            var prefixes = inside.SelectMany(router => router.Ports)
                .Where(port => port != translator.Nat!.Outside)
                .Select(port => port.Network).OfType<Prefix>()
                .ToHashSet();
            prefixes.Remove(translator.Nat!.Outside.Network!.Value);
            regions.Add((inside, prefixes));
        }

        return regions;
    }
}

/// <summary>
/// The map of neighbouring routers. Two routers are neighbours if they have ports in the same network, on one link or on links
/// joined by switches.
/// </summary>
internal sealed class RouterMap
{
    private readonly Dictionary<Router, int> _numbers;
    private readonly List<(Port Port, Port Other)>[] _neighbours;

    private RouterMap(Internet internet)
    {
        Routers = [.. internet.Routers];
        _numbers = Routers.Index().ToDictionary(router => router.Item, router => router.Index);
        _neighbours =
        [
            .. Routers.Select(router => router.Ports
                .SelectMany(
                    port => Reached(port).Where(other =>
                        other.Node is Router && other.Node != router && other.Network == port.Network),
                    (port, other) => (port, other))
                .ToList()),
        ];
        Graph = NetworkGraph.Empty(Routers.Select(router => router.Name)).WithLinks(
            from router in Routers
            from neighbour in _neighbours[_numbers[router]]
            group neighbour by (router, (Router)neighbour.Other.Node) into ways
            where _numbers[ways.Key.router] < _numbers[ways.Key.Item2]
            select new GraphLink(ways.Key.router.Name, ways.Key.Item2.Name, ways.Min(way => way.Port.Cable.Cost)));
    }

    public IReadOnlyList<Router> Routers { get; }

    /// <summary>The map as a graph.</summary>
    public NetworkGraph Graph { get; }

    public static RouterMap Of(Internet internet) => new(internet);

    public int NumberOf(Router router) => _numbers[router];

    public IEnumerable<(Port Port, Router Router)> NeighboursOf(Router router) =>
        _neighbours[_numbers[router]].Select(neighbour => (neighbour.Port, (Router)neighbour.Other.Node));

    /// <summary>The distances to all other routers, and the first hops of the shortest paths, indexed by router number.</summary>
    public (int[] Distance, int[] First) From(Router router)
    {
        var (distance, before) = (new int[Routers.Count], new int[Routers.Count]);
        Dijkstra.Run(Graph, _numbers[router], distance, before);
        return (distance, Dijkstra.FirstHops(_numbers[router], before));
    }

    /// <summary>
    /// The port and the address by which a neighbour is reached; those of the cheapest link if there are several.
    /// </summary>
    public (Port Port, Address Via) Hop(Router router, int neighbour)
    {
        var (port, other) = _neighbours[_numbers[router]]
            .Where(way => way.Other.Node == Routers[neighbour])
            .MinBy(way => way.Port.Cable.Cost);
        return (port, other.Address!.Value);
    }

    // All ports with an address that a broadcast frame would reach.
    private static List<Port> Reached(Port port)
    {
        var (reached, seen, open) = (new List<Port>(), new HashSet<Node>(), new Stack<Port>([port]));
        while (open.TryPop(out var from))
        {
            if (!from.Cable.IsUp)
            {
                continue;
            }

            var peer = from.Peer;
            if (peer.Address is not null)
            {
                reached.Add(peer);
            }
            else if (seen.Add(peer.Node))
            {
                foreach (var next in peer.Node.Ports.Where(next => next != peer))
                {
                    open.Push(next);
                }
            }
        }

        return reached;
    }
}
