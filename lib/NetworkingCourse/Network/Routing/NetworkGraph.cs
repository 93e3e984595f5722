using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// A network from the viewpoint of routing: nodes, and links whose costs are the same in both directions. It is immutable; every
/// change returns a new graph.
/// </summary>
public sealed partial class NetworkGraph : Shown
{
    /// <summary>The highest cost of a link, as in OSPF (RFC 2328, section C.3).</summary>
    public const int MaxCost = 65_535;

    private readonly Dictionary<string, int> _numbers;
    private readonly string[] _nodes;
    private readonly Neighbour[][] _neighbours;
    private readonly Lazy<IReadOnlyDictionary<string, Place>> _places;

    private NetworkGraph(
        IEnumerable<string> nodes,
        IEnumerable<GraphLink> links,
        Lazy<IReadOnlyDictionary<string, Place>>? places = null)
    {
        _nodes = [.. nodes];
        Links = [.. links];
        _numbers = _nodes.Index().ToDictionary(node => node.Item, node => node.Index);
        var neighbours = new List<Neighbour>[_nodes.Length];
        for (var i = 0; i < neighbours.Length; i++)
        {
            neighbours[i] = [];
        }

        foreach (var link in Links)
        {
            var (a, b) = (_numbers[link.A], _numbers[link.B]);
            neighbours[a].Add(new Neighbour(b, link.Cost));
            neighbours[b].Add(new Neighbour(a, link.Cost));
        }

        _neighbours = [.. neighbours.Select(list => list.OrderBy(neighbour => neighbour.Node).ToArray())];
        // Computed once and shared with derived graphs, so that nodes keep their positions when a link is cut.
        _places = places ?? new Lazy<IReadOnlyDictionary<string, Place>>(
            () => ForceLayout.Of(_nodes, Links.Select(link => (link.A, link.B)), seed: 1));
    }

    /// <summary>The names of the nodes, in order of first appearance.</summary>
    public IReadOnlyList<string> Nodes => _nodes;

    /// <summary>The links, at most one between any two nodes.</summary>
    public IReadOnlyList<GraphLink> Links { get; }

    internal IReadOnlyDictionary<string, Place> Places => _places.Value;

    /// <summary>
    /// Parses a graph, for instance <c>A-B 4, A-C 2, B-C 1</c>. Commas, semicolons or line breaks separate links; a link without
    /// a cost has cost 1.
    /// </summary>
    /// <param name="text">The links.</param>
    /// <exception cref="FormatException">The text is invalid; the message says where, and what was expected.</exception>
    public static NetworkGraph Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (nodes, links) = (new List<string>(), new List<GraphLink>());
        foreach (var entry in text.Split(
            [',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var form = LinkForm().Match(entry);
            if (!form.Success)
            {
                throw new FormatException(
                    $"'{entry}' is not a link. Expected: two names joined by a hyphen, and a cost, for instance 'A-B 4'.");
            }

            var cost = form.Groups["cost"] is { Success: true } digits
                ? int.TryParse(digits.ValueSpan, out var value) ? value : int.MaxValue
                : 1;
            Add(links, new GraphLink(form.Groups["a"].Value, form.Groups["b"].Value, cost), entry);
            nodes.AddRange(((string[])[links[^1].A, links[^1].B]).Where(name => !nodes.Contains(name)));
        }

        return nodes.Count > 0
            ? new NetworkGraph(nodes, links)
            : throw new FormatException("The text contains no link. Expected at least one, for instance 'A-B 4'.");
    }

    /// <summary>
    /// Creates a random connected graph: a random tree, and further links between random nodes. The nodes are named n1, n2 and so
    /// on.
    /// </summary>
    /// <param name="nodes">The number of nodes; at least 2.</param>
    /// <param name="links">The number of links; at least one less than nodes, at most one for each pair of nodes.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="maxCost">The maximum cost of a link. Costs are uniformly distributed from 1 to this.</param>
    public static NetworkGraph Random(int nodes, int links, int seed, int maxCost = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(links, nodes - 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(links, (long)nodes * (nodes - 1) / 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCost, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxCost, MaxCost);
        var (random, taken, made) = (new SeededRandom(seed), new HashSet<(int, int)>(), new List<GraphLink>());
        void Join(int a, int b)
        {
            if (a != b && taken.Add((Math.Min(a, b), Math.Max(a, b))))
            {
                made.Add(new GraphLink(NameOf(Math.Min(a, b)), NameOf(Math.Max(a, b)), 1 + random.Below(maxCost)));
            }
        }

        for (var node = 1; node < nodes; node++)
        {
            Join(node, random.Below(node));
        }

        while (made.Count < links)
        {
            Join(random.Below(nodes), random.Below(nodes));
        }

        return new NetworkGraph(Enumerable.Range(0, nodes).Select(NameOf), made);
    }

    /// <summary>The same network without one of its links.</summary>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public NetworkGraph Without(string a, string b)
    {
        var gone = Link(a, b);
        return new NetworkGraph(_nodes, Links.Where(link => link != gone), _places);
    }

    /// <summary>The same network with the cost of a link changed, or with a link added.</summary>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <param name="cost">The cost of the link, from 1 to <see cref="MaxCost"/>.</param>
    /// <exception cref="ArgumentException">There is no such node, or the cost is invalid.</exception>
    public NetworkGraph With(string a, string b, int cost)
    {
        (_, _) = (NumberOf(a), NumberOf(b));
        var links = Links.Where(link => !link.Joins(a, b)).ToList();
        Add(links, new GraphLink(a, b, cost), $"{a}-{b} {cost}");
        return new NetworkGraph(_nodes, links, _places);
    }

    /// <summary>The link between two nodes.</summary>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public GraphLink Link(string a, string b)
    {
        (_, _) = (NumberOf(a), NumberOf(b));
        return Links.FirstOrDefault(link => link.Joins(a, b))
            ?? throw new ArgumentException($"There is no link between {a} and {b}. The links: {this}.");
    }

    /// <summary>Draws the network, each link with its cost.</summary>
    /// <param name="title">The heading above the drawing.</param>
    public NetworkDiagram Draw(string title = "The network, each link with its cost") =>
        new(title, _nodes.Select(node => new DiagramNode(node)), Links.Select(link => link.Drawn())) { Places = Places };

    /// <inheritdoc/>
    public override string ToHtml() => Draw().ToHtml();

    /// <summary>The graph as text that <see cref="Of"/> can parse.</summary>
    public override string ToString() => string.Join(", ", Links);

    internal static NetworkGraph Empty(IEnumerable<string> nodes) => new(nodes, []);

    /// <summary>The same nodes with other links.</summary>
    internal NetworkGraph WithLinks(IEnumerable<GraphLink> links) => new(_nodes, links, _places);

    internal int Count => _nodes.Length;

    internal ReadOnlySpan<Neighbour> NeighboursOf(int node) => _neighbours[node];

    /// <exception cref="ArgumentException">There is no such node.</exception>
    internal int NumberOf(string node) => _numbers.TryGetValue(node, out var number)
        ? number
        : throw new ArgumentException(
            $"There is no node '{node}' in this network. "
                + $"Its nodes: {string.Join(", ", _nodes.Take(40))}{(_nodes.Length > 40 ? " and so on" : "")}.",
            nameof(node));

    private static string NameOf(int node) => InvariantText.Format($"n{node + 1}");

    private static void Add(List<GraphLink> links, GraphLink link, string entry)
    {
        if (link.A == link.B)
        {
            throw new FormatException($"'{entry}' links {link.A} to itself. Expected: two different nodes.");
        }

        if (link.Cost is < 1 or > MaxCost)
        {
            throw new FormatException(
                InvariantText.Format($"'{entry}' has an invalid cost. Expected: a whole number from 1 to {MaxCost}."));
        }

        if (links.Any(other => other.Joins(link.A, link.B)))
        {
            throw new FormatException($"'{entry}' is the second link between {link.A} and {link.B}. Expected: at most one.");
        }

        links.Add(link);
    }

    [GeneratedRegex(@"^(?<a>\w+)\s*-\s*(?<b>\w+)(?:\s+(?<cost>\d+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex LinkForm();
}

/// <summary>A link of a graph.</summary>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
/// <param name="Cost">The cost of crossing it, in either direction: 1 or more.</param>
public sealed record GraphLink(string A, string B, int Cost)
{
    /// <summary>The link as text: <c>A-B 4</c>.</summary>
    public override string ToString() => InvariantText.Format($"{A}-{B} {Cost}");

    internal bool Joins(string one, string other) => (A == one && B == other) || (A == other && B == one);

    internal DiagramLink Drawn() => new(A, B, InvariantText.Format($"{Cost}"));
}

/// <summary>The node at the other end of a link.</summary>
/// <param name="Node">The number of the node.</param>
/// <param name="Cost">The cost of the link.</param>
internal readonly record struct Neighbour(int Node, int Cost);
