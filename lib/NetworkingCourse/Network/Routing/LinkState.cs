using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Link-state routing in rounds, as OSPF does it (RFC 2328): every router describes its own links in an advertisement with a number, and everybody passes on what is new to him
/// to all other neighbours (<i>flooding</i>). So all have the same map, and each runs Dijkstra's algorithm on it for itself.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class LinkState : IShown
{
    private readonly int _count;
    private readonly List<Neighbour[]>[] _issued; // what each router has said of itself, by number
    private readonly int[] _known; // how many advertisements of an origin a router has heard of, the newest the only one that counts: at r · count + origin
    private readonly List<int>[] _fresh; // the origins of which a router has news to pass on
    private readonly Dictionary<int, Paths> _paths = []; // worked out on demand

    /// <summary>A network that has just been switched on: each router knows its own links.</summary>
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

    /// <summary>How many rounds there have been: in one of them news cross one link.</summary>
    public int Round { get; private set; }

    /// <summary>How many advertisements have been sent over links.</summary>
    public long Messages { get; private set; }

    /// <summary>Whether no news are under way.</summary>
    public bool IsConverged => Array.TrueForAll(_fresh, news => news.Count == 0);

    /// <summary>One round: everybody passes on what was news to him.</summary>
    /// <returns>Whether it was news to anybody else.</returns>
    public bool Step()
    {
        var sent = Enumerable.Range(0, _count).Select(node => _fresh[node].Select(origin => (origin, _known[At(node, origin)])).ToArray()).ToArray();
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

    /// <summary>Rounds, until there are no more news.</summary>
    /// <returns>How many there were.</returns>
    public int Converge()
    {
        var began = Round;
        while (!IsConverged)
        {
            Step();
        }

        return Round - began;
    }

    /// <summary>Cuts a link. The two routers at its ends notice at once, and say so in new advertisements; all others have to hear of it.</summary>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public void Cut(string a, string b) => Change(Graph.Without(a, b), a, b);

    /// <summary>Adds a link, or gives it another cost.</summary>
    /// <exception cref="ArgumentException">There is no such node, or the cost is none.</exception>
    public void Set(string a, string b, int cost) => Change(Graph.With(a, b, cost), a, b);

    /// <summary>How far a router finds it to another on its own map; null if there is no way on it.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public int? Distance(string from, string to) => PathsOf(Graph.NumberOf(from)).Distance[Graph.NumberOf(to)] is var distance and not Dijkstra.Unreachable ? distance : null;

    /// <summary>To whom a router hands what is for another; null if its map shows no way, and for itself.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public string? NextHop(string from, string to) =>
        from == to || PathsOf(Graph.NumberOf(from)).FirstHop[Graph.NumberOf(to)] is var hop && hop == Dijkstra.Nobody ? null : Graph.Nodes[PathsOf(Graph.NumberOf(from)).FirstHop[Graph.NumberOf(to)]];

    /// <summary>The way a packet takes now, each router asked for the next hop on its own map; it ends where nobody knows further, or where it has been before.</summary>
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

    /// <summary>The map of every router: how many links are on it, and from how many advertisements.</summary>
    public Table Table() => new(
        ["router", "advertisements heard of", "links on its map", "reaches"],
        Graph.Nodes.Select(IReadOnlyList<object?> (router, i) =>
            [router, Enumerable.Range(0, _count).Count(origin => _known[At(i, origin)] > 0), MapOf(i).Links.Count, Graph.Nodes.Count(node => Distance(router, node) is not null)]),
        InvariantText.Format($"After {Round} rounds and {Messages} messages."));

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>The maps as a table.</summary>
    public override string ToString() => Table().ToString();

    /// <summary>The network as a router believes it to be. A link is on its map if both ends have said so (RFC 2328, section 16.1).</summary>
    internal NetworkGraph MapOf(int router) => Graph.WithLinks(
        from origin in Enumerable.Range(0, _count)
        from link in Said(router, origin)
        where link.Node > origin && Array.Exists(Said(router, link.Node), back => back.Node == origin)
        select new GraphLink(Graph.Nodes[origin], Graph.Nodes[link.Node], link.Cost));

    /// <summary>All first hops of a router, by number of node.</summary>
    internal int[] FirstHopsOf(int router) => PathsOf(router).FirstHop;

    private int At(int router, int origin) => (router * _count) + origin;

    private Neighbour[] Said(int router, int origin) => _known[At(router, origin)] is var number and > 0 ? _issued[origin][number - 1] : [];

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
            // Most of the time all have the same map, and it need not be drawn anew for each.
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
