using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The shortest paths from one node to all others, and the steps in which Dijkstra's algorithm found them.</summary>
public sealed class ShortestPaths : Shown
{
    private const int MaxColumns = 12;

    private readonly int[] _distance;
    private readonly int[] _before;

    internal ShortestPaths(NetworkGraph graph, string source, IReadOnlyList<DijkstraStep> steps, int[] distance, int[] before) =>
        (Graph, Source, Steps, _distance, _before) = (graph, source, steps, distance, before);

    /// <summary>The network.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>The node at which the paths begin.</summary>
    public string Source { get; }

    /// <summary>The steps, each of which settles one node.</summary>
    public IReadOnlyList<DijkstraStep> Steps { get; }

    /// <summary>The cost of the shortest path to a node; null if there is no path.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public int? Distance(string node) =>
        _distance[Graph.NumberOf(node)] is var distance and not Dijkstra.Unreachable ? distance : null;

    /// <summary>The nodes on the shortest path to a node, both ends included; empty if there is no path.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public IReadOnlyList<string> PathTo(string node)
    {
        var path = new Stack<string>();
        if (Distance(node) is not null)
        {
            for (var at = Graph.NumberOf(node); at != Dijkstra.NoNode; at = _before[at])
            {
                path.Push(Graph.Nodes[at]);
            }
        }

        return [.. path];
    }

    /// <summary>The next hop from the source to a node; null if there is no path, and for the source itself.</summary>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public string? NextHop(string node) => PathTo(node) is [_, var next, ..] ? next : null;

    /// <summary>
    /// The complete run, one row per step, with the distances known after it. A star marks a settled node, whose distance no
    /// longer changes.
    /// </summary>
    public Table Table()
    {
        var columns = Graph.Nodes.Take(MaxColumns).ToList();
        var settled = new HashSet<string>();
        return new Table(
            ["step", "settled", "at distance", .. columns],
            Steps.Select(IReadOnlyList<object?> (step) =>
            {
                settled.Add(step.Settled);
                return
                [
                    step.Number,
                    step.Settled,
                    step.Distance,
                    .. columns.Select((node, i) => $"{Tentative(step, i)}{(settled.Contains(node) ? " *" : "")}"),
                ];
            }),
            columns.Count < Graph.Nodes.Count
                ? InvariantText.Format($"The first {columns.Count} of {Graph.Nodes.Count} nodes.")
                : null);
    }

    /// <summary>The resulting forwarding table of the source: the next hop for each destination.</summary>
    public Table ForwardingTable() => new(
        ["to", "next hop", "distance", "path"],
        Graph.Nodes.Where(node => node != Source).Select(IReadOnlyList<object?> (node) =>
        [
            node,
            NextHop(node) ?? "–",
            (object?)Distance(node) ?? "unreachable",
            string.Join(" → ", PathTo(node)),
        ]));

    /// <summary>Draws the network after a step: settled nodes are filled, and the paths found so far are thick.</summary>
    /// <param name="step">The number of the step, from 1; the last one by default.</param>
    public NetworkDiagram Draw(int? step = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step ?? 1, 1, nameof(step));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step ?? 1, Steps.Count, nameof(step));
        var shown = Steps[(step ?? Steps.Count) - 1];
        var settled = Steps.Take(shown.Number).Select(s => s.Settled).ToHashSet();
        bool IsOnTree(GraphLink link) => IsEdge(shown, link.A, link.B) || IsEdge(shown, link.B, link.A);
        return new NetworkDiagram(
            InvariantText.Format(
                $"Step {shown.Number} of {Steps.Count}: {shown.Settled} is settled, at distance {shown.Distance}"),
            Graph.Nodes.Select((node, i) => new DiagramNode(
                node,
                DiagramNodeKind.Plain,
                shown.Distances[i] == Dijkstra.Unreachable ? "∞" : InvariantText.Format($"{shown.Distances[i]}"))
            {
                IsMarked = settled.Contains(node),
            }),
            Graph.Links.Select(link => link.Drawn() with
            {
                State = IsOnTree(link) ? DiagramLinkState.OnRoute : DiagramLinkState.Idle,
            }))
        {
            Places = Graph.Places,
            Caption =
                "Below each node: the length of the shortest path found so far. "
                + "Filled: settled, so the length is final. Thick: the paths found so far.",
        };
    }

    /// <inheritdoc/>
    public override string ToHtml() => Table().ToHtml() + Draw().ToHtml();

    /// <summary>The run as text, one line per step.</summary>
    public override string ToString() => Table().ToString();

    private bool IsEdge(DijkstraStep step, string from, string to) => step.Before[Graph.NumberOf(to)] == Graph.NumberOf(from);

    private string Tentative(DijkstraStep step, int node) => step.Distances[node] switch
    {
        Dijkstra.Unreachable => "∞",
        0 => "0",
        var distance => InvariantText.Format($"{distance} via {Graph.Nodes[step.Before[node]]}"),
    };
}

/// <summary>One step of Dijkstra's algorithm.</summary>
/// <param name="Number">The number of the step, from 1.</param>
/// <param name="Settled">The node whose distance is final from now on.</param>
/// <param name="Distance">The distance of that node.</param>
/// <param name="Improved">The neighbours for which a shorter path was found through that node.</param>
public sealed record DijkstraStep(int Number, string Settled, int Distance, IReadOnlyList<string> Improved)
{
    internal DijkstraStep(int number, string settled, int distance, IReadOnlyList<string> improved, int[] distances, int[] before)
        : this(number, settled, distance, improved) => (Distances, Before) = (distances, before);

    internal int[] Distances { get; } = [];

    internal int[] Before { get; } = [];

    /// <summary>The step in one sentence.</summary>
    public override string ToString() =>
        InvariantText.Format($"step {Number}: {Settled} at distance {Distance}; ")
        + $"nearer through it: {(Improved.Count == 0 ? "none" : string.Join(", ", Improved))}";
}
