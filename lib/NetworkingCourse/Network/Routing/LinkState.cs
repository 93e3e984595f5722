using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Link-state routing in rounds, as in OSPF (RFC 2328): every router describes its own links in a numbered advertisement, and all
/// routers pass on to their neighbours what is new to them (<i>flooding</i>). So all of them have the same map, and each runs
/// Dijkstra's algorithm on it by itself.
/// </summary>
public sealed class LinkState : Shown
{
    private readonly int _count;
    private readonly List<Neighbour[]>[] _issued; // each router's advertisements of its own links, by number
    private readonly int[] _known; // the number of the newest advertisement that a router has: at r · count + origin
    private readonly List<int>[] _fresh; // the origins whose news a router has yet to pass on
    private readonly Dictionary<int, Paths> _paths = []; // computed on demand

    /// <summary>Creates the routing of a network that has just been switched on: each router knows only its own links.</summary>
    /// <param name="graph">The network.</param>
    public LinkState(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (Graph, _count) = (graph, graph.Count);
        (_issued, _fresh, _known) = (new List<Neighbour[]>[_count], new List<int>[_count], new int[_count * _count]);
        for (var node = 0; node < _count; node++)
        {
            (_issued[node], _fresh[node]) = ([], []);
            Advertise(node);
        }
    }

    /// <summary>The network as it is now.</summary>
    public NetworkGraph Graph { get; private set; }

    /// <summary>The number of rounds so far. In each round, news crosses one link.</summary>
    public int Round { get; private set; }

    /// <summary>The number of advertisements sent over links so far.</summary>
    public long Messages { get; private set; }

    /// <summary>Whether no router has news to pass on.</summary>
    public bool IsConverged => Array.TrueForAll(_fresh, news => news.Count == 0);

    /// <summary>Performs one round: every router passes on what was new to it.</summary>
    /// <returns>Whether it was new to any other router.</returns>
    public bool Step()
    {
        var sent = Enumerable.Range(0, _count)
            .Select(node => _fresh[node].Select(origin => (origin, _known[At(node, origin)])).ToArray())
            .ToArray();
        Array.ForEach(_fresh, news => news.Clear());
        for (var router = 0; router < _count; router++)
        {
            foreach (var (neighbour, _) in Graph.NeighboursOf(router))
            {
                Messages += sent[neighbour].Length;
                foreach (var (origin, number) in sent[neighbour])
                {
                    Hear(router, origin, number);
                }
            }
        }

        Round++;
        return !IsConverged;
    }

    /// <summary>Performs rounds until there is no more news.</summary>
    /// <returns>The number of rounds.</returns>
    public int Converge()
    {
        var began = Round;
        while (!IsConverged)
        {
            Step();
        }

        return Round - began;
    }

    /// <summary>
    /// Cuts a link. The two routers at its ends notice at once and issue new advertisements; all others have to receive them
    /// first.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public void Cut(string a, string b) => Change(Graph.Without(a, b), a, b);

    /// <summary>Adds a link, or changes its cost.</summary>
    /// <exception cref="ArgumentException">There is no such node, or the cost is invalid.</exception>
    public void Set(string a, string b, int cost) => Change(Graph.With(a, b, cost), a, b);

    /// <summary>The distance from one router to another on the first one's map; null if the map shows no path.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public int? Distance(string from, string to) =>
        PathsOf(Graph.NumberOf(from)).Distance[Graph.NumberOf(to)] is var distance and not Dijkstra.Unreachable ? distance : null;

    /// <summary>
    /// The next hop from one router to another on the first one's map; null if the map shows no path, or if both are the same.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public string? NextHop(string from, string to) =>
        from == to || PathsOf(Graph.NumberOf(from)).FirstHop[Graph.NumberOf(to)] is var hop && hop == Dijkstra.NoNode
            ? null
            : Graph.Nodes[PathsOf(Graph.NumberOf(from)).FirstHop[Graph.NumberOf(to)]];

    /// <summary>
    /// The path that a packet takes now, each router choosing the next hop on its own map. It ends at a router that has no route,
    /// or at the first router that it reaches twice.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public IReadOnlyList<string> Follow(string from, string to)
    {
        var way = new List<string> { from };
        while (way[^1] != to && NextHop(way[^1], to) is { } next)
        {
            var isLoop = way.Contains(next);
            way.Add(next);
            if (isLoop)
            {
                break;
            }
        }

        return way;
    }

    /// <summary>
    /// A table of the routers' maps: how many advertisements each router has, how many links are on its map, and how many nodes
    /// it reaches.
    /// </summary>
    public Table Table() => new(
        ["router", "advertisements received", "links on its map", "nodes reached"],
        Graph.Nodes.Select(IReadOnlyList<object?> (router, i) =>
        [
            router,
            Enumerable.Range(0, _count).Count(origin => _known[At(i, origin)] > 0),
            MapOf(i).Links.Count,
            Graph.Nodes.Count(node => Distance(router, node) is not null),
        ]),
        InvariantText.Format($"After {Round} rounds and {Messages} messages."));

    /// <inheritdoc/>
    protected override IShown ShownAs => Table();

    /// <summary>
    /// The network as a router knows it. A link is on the map only if both of its ends have advertised it (RFC 2328, section
    /// 16.1).
    /// </summary>
    internal NetworkGraph MapOf(int router) => Graph.WithLinks(
        from origin in Enumerable.Range(0, _count)
        from link in Said(router, origin)
        where link.Node > origin && Array.Exists(Said(router, link.Node), back => back.Node == origin)
        select new GraphLink(Graph.Nodes[origin], Graph.Nodes[link.Node], link.Cost));

    /// <summary>The first hops from a router to all nodes, by node number.</summary>
    internal int[] FirstHopsOf(int router) => PathsOf(router).FirstHop;

    private int At(int router, int origin) => (router * _count) + origin;

    private Neighbour[] Said(int router, int origin) =>
        _known[At(router, origin)] is var number and > 0 ? _issued[origin][number - 1] : [];

    private void Change(NetworkGraph graph, string a, string b)
    {
        Graph = graph;
        foreach (var end in (string[])[a, b])
        {
            Advertise(graph.NumberOf(end));
        }
    }

    private void Advertise(int router)
    {
        _issued[router].Add(Graph.NeighboursOf(router).ToArray());
        Hear(router, router, _issued[router].Count);
    }

    private void Hear(int router, int origin, int number)
    {
        ref var known = ref _known[At(router, origin)];
        if (number > known)
        {
            known = number;
            _fresh[router].Add(origin);
            _paths.Remove(router);
        }
    }

    private Paths PathsOf(int router)
    {
        if (!_paths.TryGetValue(router, out var paths))
        {
            var (distance, before) = (new int[_count], new int[_count]);
            // Usually the router's map is up to date, and it need not be built again.
            var map = IsUpToDate(router) ? Graph : MapOf(router);
            Dijkstra.Run(map, router, distance, before);
            _paths[router] = paths = new Paths(distance, Dijkstra.FirstHops(router, before));
        }

        return paths;
    }

    private bool IsUpToDate(int router)
    {
        for (var origin = 0; origin < _count; origin++)
        {
            if (_known[At(router, origin)] != _issued[origin].Count)
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Paths(int[] Distance, int[] FirstHop);
}
