namespace NetworkingCourse.Network;

/// <summary>
/// Dijkstra's algorithm (1959): of all nodes that are not settled yet, settle the nearest one. No other path to it can be
/// shorter, because it would lead through a node that is farther away. Then check whether the neighbours are nearer through it.
/// </summary>
public static class Dijkstra
{
    internal const int Unreachable = int.MaxValue;
    internal const int NoNode = -1;

    /// <summary>Finds the shortest paths from one node to all others, and records every step.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="source">The node at which the paths begin.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public static ShortestPaths From(NetworkGraph graph, string source)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var (distance, before) = (new int[graph.Count], new int[graph.Count]);
        var steps = new List<DijkstraStep>();
        Run(graph, graph.NumberOf(source), distance, before, (node, improved) => steps.Add(new DijkstraStep(
            steps.Count + 1,
            graph.Nodes[node],
            distance[node],
            [.. improved.Select(number => graph.Nodes[number])],
            [.. distance],
            [.. before])));
        return new ShortestPaths(graph, source, steps, distance, before);
    }

    /// <summary>The algorithm itself, on node numbers.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="source">The node at which the paths begin.</param>
    /// <param name="distance">Filled with the cost of the shortest path to each node, or <see cref="Unreachable"/>.</param>
    /// <param name="before">Filled with the predecessor of each node on that path, or <see cref="NoNode"/>.</param>
    /// <param name="settled">Called for each node that is settled, with the neighbours whose distance it has improved.</param>
    internal static void Run(
        NetworkGraph graph,
        int source,
        int[] distance,
        int[] before,
        Action<int, IReadOnlyList<int>>? settled = null)
    {
        Array.Fill(distance, Unreachable);
        Array.Fill(before, NoNode);
        var (isSettled, improved) = (new bool[graph.Count], new List<int>());
        var nearest = new PriorityQueue<int, long>();
        distance[source] = 0;
        nearest.Enqueue(source, 0);
        while (nearest.TryDequeue(out var node, out _))
        {
            if (isSettled[node])
            {
                continue; // already settled, on a shorter path
            }

            isSettled[node] = true;
            improved.Clear();
            foreach (var (neighbour, cost) in graph.NeighboursOf(node))
            {
                var through = distance[node] + cost;
                if (through < distance[neighbour])
                {
                    (distance[neighbour], before[neighbour]) = (through, node);
                    improved.Add(neighbour);
                    // Ties go to the lower number, so that the order is always the same.
                    nearest.Enqueue(neighbour, ((long)through << 32) | (uint)neighbour);
                }
            }

            settled?.Invoke(node, improved);
        }
    }

    /// <summary>
    /// The first hop of the path from the source to each node: the source for itself, <see cref="NoNode"/> for nodes that it does
    /// not reach.
    /// </summary>
    internal static int[] FirstHops(int source, int[] before)
    {
        var first = new int[before.Length];
        for (var node = 0; node < before.Length; node++)
        {
            var at = node;
            while (before[at] != source && before[at] != NoNode)
            {
                at = before[at];
            }

            first[node] = node == source ? source : before[at] == source ? at : NoNode;
        }

        return first;
    }
}
