using System.Text.RegularExpressions;
using NetworkingCourse.Display;
using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>A network as routing sees it: nodes, and links with costs that are the same in both directions. It cannot be changed; what is changed is another one.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed partial class NetworkGraph : IShown
{
    /// <summary>The highest cost of a link, as in OSPF (RFC 2328, section C.3).</summary>
    public const int MaxCost = 65_535;

    private readonly Dictionary<string, int> _numbers;
    private readonly string[] _nodes;
    private readonly Neighbour[][] _neighbours;
    private readonly Lazy<IReadOnlyDictionary<string, Place>> _places;

    private NetworkGraph(IEnumerable<string> nodes, IEnumerable<GraphLink> links, Lazy<IReadOnlyDictionary<string, Place>>? places = null)
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
        // Worked out once, and kept by the graphs that come of this one: a network in which a link is cut is drawn where it was.
        _places = places ?? new Lazy<IReadOnlyDictionary<string, Place>>(() => ForceLayout.Of(_nodes, Links.Select(link => (link.A, link.B)), seed: 1));
    }

    /// <summary>The names of the nodes, in the order in which they were first named.</summary>
    public IReadOnlyList<string> Nodes => _nodes;

    /// <summary>The links, at most one between two nodes.</summary>
    public IReadOnlyList<GraphLink> Links { get; }

    internal IReadOnlyDictionary<string, Place> Places => _places.Value;

    /// <summary>Reads a graph from text: <c>A-B 4, A-C 2, B-C 1</c>. Commas, semicolons or ends of lines separate links; a link without a cost costs 1.</summary>
    /// <param name="text">The links.</param>
    /// <exception cref="FormatException">It is not understood; the message says where, and what was expected.</exception>
    public static NetworkGraph Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (nodes, links) = (new List<string>(), new List<GraphLink>());
        foreach (var entry in text.Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var form = LinkForm().Match(entry);
            if (!form.Success)
            {
                throw new FormatException($"'{entry}' is no link. Expected: two names with a hyphen between them, and a cost, for instance 'A-B 4'.");
            }

            var cost = form.Groups["cost"] is { Success: true } digits ? int.TryParse(digits.ValueSpan, out var value) ? value : int.MaxValue : 1;
            Add(links, new GraphLink(form.Groups["a"].Value, form.Groups["b"].Value, cost), entry);
            nodes.AddRange(((string[])[links[^1].A, links[^1].B]).Where(name => !nodes.Contains(name)));
        }

        return nodes.Count > 0 ? new NetworkGraph(nodes, links) : throw new FormatException("There is no link in it. Expected at least one, for instance 'A-B 4'.");
    }

    /// <summary>A connected graph by chance: a random tree, and further links between random nodes. The nodes are called n1, n2 and so on.</summary>
    /// <param name="nodes">How many nodes; at least 2.</param>
    /// <param name="links">How many links; at least one fewer than nodes, and no more than there are pairs.</param>
    /// <param name="seed">What chance begins with.</param>
    /// <param name="mostCost">Costs are from 1 to this, all equally likely.</param>
    public static NetworkGraph Random(int nodes, int links, int seed, int mostCost = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(links, nodes - 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(links, (long)nodes * (nodes - 1) / 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostCost, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mostCost, MaxCost);
        var (random, taken, made) = (new SeededRandom(seed), new HashSet<(int, int)>(), new List<GraphLink>());
        void Join(int a, int b)
        {
            if (a != b && taken.Add((Math.Min(a, b), Math.Max(a, b))))
            {
                made.Add(new GraphLink(NameOf(Math.Min(a, b)), NameOf(Math.Max(a, b)), 1 + random.Below(mostCost)));
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

    /// <summary>The same network without a link, as if it were cut.</summary>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <exception cref="ArgumentException">There is no such link.</exception>
    public NetworkGraph Without(string a, string b)
    {
        var gone = Link(a, b);
        return new NetworkGraph(_nodes, Links.Where(link => link != gone), _places);
    }

    /// <summary>The same network with a link of another cost, or with one link more.</summary>
    /// <param name="a">One end.</param>
    /// <param name="b">The other end.</param>
    /// <param name="cost">Its cost, from 1 to <see cref="MaxCost"/>.</param>
    /// <exception cref="ArgumentException">There is no such node, or the cost is none.</exception>
    public NetworkGraph With(string a, string b, int cost)
    {
        (_, _) = (NumberOf(a), NumberOf(b));
        var links = Links.Where(link => !link.Joins(a, b)).ToList();
        Add(links, new GraphLink(a, b, cost), $"{a}-{b} {cost}");
        return new NetworkGraph(_nodes, links, _places);
    }

    /// <summary>The link between two nodes.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public GraphLink Link(string a, string b)
    {
        (_, _) = (NumberOf(a), NumberOf(b));
        return Links.FirstOrDefault(link => link.Joins(a, b)) ?? throw new ArgumentException($"There is no link between {a} and {b}. There is: {this}.");
    }

    /// <summary>The network as a drawing, each link with its cost.</summary>
    /// <param name="title">What stands above it.</param>
    public NetworkDiagram Draw(string title = "The network, each link with its cost") => new(title, _nodes.Select(node => new DiagramNode(node)), Links.Select(link => link.Drawn())) { Places = Places };

    /// <inheritdoc/>
    public string ToHtml() => Draw().ToHtml();

    /// <summary>The graph as text that <see cref="Of"/> reads.</summary>
    public override string ToString() => string.Join(", ", Links);

    internal static NetworkGraph Empty(IEnumerable<string> nodes) => new(nodes, []);

    /// <summary>The same nodes, joined by these links.</summary>
    internal NetworkGraph WithLinks(IEnumerable<GraphLink> links) => new(_nodes, links, _places);

    internal int Count => _nodes.Length;

    internal ReadOnlySpan<Neighbour> NeighboursOf(int node) => _neighbours[node];

    /// <exception cref="ArgumentException">There is no such node.</exception>
    internal int NumberOf(string node) => _numbers.TryGetValue(node, out var number)
        ? number
        : throw new ArgumentException($"There is no node '{node}' in this network. There is: {string.Join(", ", _nodes.Take(40))}{(_nodes.Length > 40 ? " and so on" : "")}.", nameof(node));

    private static string NameOf(int node) => InvariantText.Format($"n{node + 1}");

    private static void Add(List<GraphLink> links, GraphLink link, string entry)
    {
        if (link.A == link.B)
        {
            throw new FormatException($"'{entry}' joins {link.A} with itself. Expected: two different nodes.");
        }

        if (link.Cost is < 1 or > MaxCost)
        {
            throw new FormatException(InvariantText.Format($"'{entry}' has no possible cost. Expected: a whole number from 1 to {MaxCost}."));
        }

        if (links.Any(other => other.Joins(link.A, link.B)))
        {
            throw new FormatException($"'{entry}' is the second link between {link.A} and {link.B}. Expected: one at the most.");
        }

        links.Add(link);
    }

    [GeneratedRegex(@"^(?<a>\w+)\s*-\s*(?<b>\w+)(?:\s+(?<cost>\d+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex LinkForm();
}

/// <summary>A link of a graph.</summary>
/// <param name="A">One end.</param>
/// <param name="B">The other end.</param>
/// <param name="Cost">What it costs to cross it, in either direction: 1 or more.</param>
public sealed record GraphLink(string A, string B, int Cost)
{
    /// <summary>The link as text: <c>A-B 4</c>.</summary>
    public override string ToString() => InvariantText.Format($"{A}-{B} {Cost}");

    internal bool Joins(string one, string other) => (A == one && B == other) || (A == other && B == one);

    internal DiagramLink Drawn() => new(A, B, InvariantText.Format($"{Cost}"));
}

/// <summary>A node at the other end of a link.</summary>
/// <param name="Node">Its number.</param>
/// <param name="Cost">What the link costs.</param>
internal readonly record struct Neighbour(int Node, int Cost);
