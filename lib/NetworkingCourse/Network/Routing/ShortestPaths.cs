using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The shortest paths from one node to all others, and how Dijkstra's algorithm has found them, step by step.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ShortestPaths : IShown
{
    private const int MaxColumns = 12;

    private readonly int[] _distance;
    private readonly int[] _before;

    internal ShortestPaths(NetworkGraph graph, string source, IReadOnlyList<DijkstraStep> steps, int[] distance, int[] before) =>
        (Graph, Source, Steps, _distance, _before) = (graph, source, steps, distance, before);

    /// <summary>The network.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>Where the paths begin.</summary>
    public string Source { get; }

    /// <summary>The steps: in each of them one node is settled.</summary>
    public IReadOnlyList<DijkstraStep> Steps { get; }

    /// <summary>What the shortest path to a node costs; null if there is none.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public int? Distance(string node) => _distance[Graph.NumberOf(node)] is var distance and not Dijkstra.Unreachable ? distance : null;

    /// <summary>The nodes on the shortest path, both ends included; empty if there is none.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public IReadOnlyList<string> PathTo(string node)
    {
        var path = new Stack<string>();
        if (Distance(node) is not null)
        {
            for (var at = Graph.NumberOf(node); at != Dijkstra.Nobody; at = _before[at])
            {
                path.Push(Graph.Nodes[at]);
            }
        }

        return [.. path];
    }

    /// <summary>To whom the source hands what is for a node; null if there is no way, and for the source itself.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public string? NextHop(string node) => PathTo(node) is [_, var next, ..] ? next : null;

    /// <summary>The whole run, a row a step: what is known of each node after it. A node that is settled is marked with a star, and does not change any more.</summary>
    public Table Table()
    {
        var columns = Graph.Nodes.Take(MaxColumns).ToList();
        var settled = new HashSet<string>();
        return new Table(
            ["step", "settled", "at distance", .. columns],
            Steps.Select(IReadOnlyList<object?> (step) =>
            {
                settled.Add(step.Settled);
                return [step.Number, step.Settled, step.Distance, .. columns.Select((node, i) => $"{Tentative(step, i)}{(settled.Contains(node) ? " *" : "")}")];
            }),
            columns.Count < Graph.Nodes.Count ? InvariantText.Format($"The first {columns.Count} of {Graph.Nodes.Count} nodes.") : null);
    }

    /// <summary>What the source has at the end: to whom it hands what is for whom.</summary>
    public Table ForwardingTable() => new(
        ["to", "next hop", "distance", "path"],
        Graph.Nodes.Where(node => node != Source).Select(IReadOnlyList<object?> (node) => [node, NextHop(node) ?? "–", (object?)Distance(node) ?? "unreachable", string.Join(" → ", PathTo(node))]));

    /// <summary>The network after a step: settled nodes filled, and the paths found until then drawn in.</summary>
    /// <param name="step">Which step, from 1; the last unless told otherwise.</param>
    public NetworkDiagram Draw(int? step = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step ?? 1, 1, nameof(step));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step ?? 1, Steps.Count, nameof(step));
        var shown = Steps[(step ?? Steps.Count) - 1];
        var settled = Steps.Take(shown.Number).Select(s => s.Settled).ToHashSet();
        bool IsOnTree(GraphLink link) => IsEdge(shown, link.A, link.B) || IsEdge(shown, link.B, link.A);
        return new NetworkDiagram(
            InvariantText.Format($"Step {shown.Number} of {Steps.Count}: {shown.Settled} is settled, at distance {shown.Distance}"),
            Graph.Nodes.Select((node, i) => new DiagramNode(node, DiagramNodeKind.Plain, shown.Distances[i] == Dijkstra.Unreachable ? "∞" : InvariantText.Format($"{shown.Distances[i]}")) { IsMarked = settled.Contains(node) }),
            Graph.Links.Select(link => link.Drawn() with { State = IsOnTree(link) ? DiagramLinkState.OnRoute : DiagramLinkState.Idle }))
        {
            Places = Graph.Places,
            Caption = "Below each node: the length of the shortest path found so far. Filled: settled, this is final. Thick: the way by which it was found.",
        };
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml() + Draw().ToHtml();

    /// <summary>The run as a table.</summary>
    public override string ToString() => Table().ToString();

    private bool IsEdge(DijkstraStep step, string from, string to) => step.Before[Graph.NumberOf(to)] == Graph.NumberOf(from);

    private string Tentative(DijkstraStep step, int node) => step.Distances[node] switch
    {
        Dijkstra.Unreachable => "∞",
        0 => "0",
        var distance => InvariantText.Format($"{distance} via {Graph.Nodes[step.Before[node]]}"),
    };
}

/// <summary>A step of Dijkstra's algorithm.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Settled">The node whose distance is final from here on.</param>
/// <param name="Distance">That distance.</param>
/// <param name="Improved">The neighbours that are nearer through it than they seemed.</param>
public sealed record DijkstraStep(int Number, string Settled, int Distance, IReadOnlyList<string> Improved)
{
    internal DijkstraStep(int number, string settled, int distance, IReadOnlyList<string> improved, int[] distances, int[] before)
        : this(number, settled, distance, improved) => (Distances, Before) = (distances, before);

    internal int[] Distances { get; } = [];

    internal int[] Before { get; } = [];

    /// <summary>The step in a sentence.</summary>
    public override string ToString() => InvariantText.Format($"step {Number}: {Settled} at distance {Distance}; nearer through it: {(Improved.Count == 0 ? "nobody" : string.Join(", ", Improved))}");
}
