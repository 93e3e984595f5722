using CsCheck;
using NetworkingCourse.Network;

namespace NetworkingCourse.Tests.Network;

public sealed class RoutingTests
{
    private static readonly Gen<NetworkGraph> Graphs =
        Gen.Select(Gen.Int[2, 12], Gen.Int[0, 20], Gen.Int).Select((nodes, more, seed) =>
            NetworkGraph.Random(nodes, Math.Min(nodes - 1 + more, nodes * (nodes - 1) / 2), seed));

    private static readonly Gen<SplitHorizon> Horizons =
        Gen.OneOfConst(SplitHorizon.Off, SplitHorizon.Simple, SplitHorizon.PoisonedReverse);

    [Fact]
    public void Dijkstra_agrees_with_trying_everything() => Graphs.Sample(graph =>
    {
        // The algorithm of Floyd and Warshall: from every node to every node through every node, one after the other.
        var distance = graph.Nodes.ToDictionary(a => a, a => graph.Nodes.ToDictionary(b => b, b => a == b ? 0 : 1_000_000));
        foreach (var link in graph.Links)
        {
            distance[link.A][link.B] = distance[link.B][link.A] = link.Cost;
        }

        var all = graph.Nodes.SelectMany(_ => graph.Nodes, (a, b) => (a, b)).ToList();
        foreach (var (through, (a, b)) in graph.Nodes.SelectMany(_ => all, (through, pair) => (through, pair)))
        {
            distance[a][b] = Math.Min(distance[a][b], distance[a][through] + distance[through][b]);
        }

        foreach (var source in graph.Nodes)
        {
            var paths = Dijkstra.From(graph, source);
            Assert.Equal(distance[source], graph.Nodes.ToDictionary(node => node, node => paths.Distance(node)!.Value));
            Assert.All(graph.Nodes, node => Assert.Equal(paths.Distance(node), Length(graph, paths.PathTo(node))));
            Assert.Equal(paths.Steps.Select(step => step.Distance).Order(), paths.Steps.Select(step => step.Distance));
        }
    });

    [Fact]
    public void Distance_vector_and_link_state_agree_with_Dijkstra_before_and_after_a_cut() =>
        Gen.Select(Graphs, Horizons, Gen.Int[0, 1000]).Sample((graph, horizon, which) =>
        {
            var vector = new DistanceVector(graph, new DistanceVectorOptions { SplitHorizon = horizon, Infinity = 150 });
            var state = new LinkState(graph);
            AssertAgreement(graph, vector, state);

            var cut = graph.Links[which % graph.Links.Count];
            vector.Cut(cut.A, cut.B);
            state.Cut(cut.A, cut.B);
            AssertAgreement(graph.Without(cut.A, cut.B), vector, state);

            vector.Set(cut.A, cut.B, 3);
            state.Set(cut.A, cut.B, 3);
            AssertAgreement(graph.With(cut.A, cut.B, 3), vector, state);
        }, iter: 60);

    [Fact]
    public void Two_routers_count_to_infinity_together_and_split_horizon_ends_it()
    {
        var graph = NetworkGraph.Of("A-B, B-C");
        int Rounds(SplitHorizon horizon)
        {
            var routing = new DistanceVector(graph, new DistanceVectorOptions { SplitHorizon = horizon });
            routing.Converge();
            routing.Cut("A", "B");
            var rounds = routing.Converge();
            Assert.Null(routing.Distance("C", "A"));
            return rounds;
        }

        Assert.InRange(Rounds(SplitHorizon.Off), 13, 16);
        Assert.Equal(1, Rounds(SplitHorizon.Simple));
        Assert.Equal(1, Rounds(SplitHorizon.PoisonedReverse));
    }

    [Fact]
    public void In_a_loop_of_three_poisoned_reverse_counts_too()
    {
        var options = new DistanceVectorOptions { SplitHorizon = SplitHorizon.PoisonedReverse };
        var routing = new DistanceVector(NetworkGraph.Of("A-B, B-C, C-D, D-B"), options);
        routing.Converge();
        routing.Cut("A", "B");

        Assert.InRange(routing.Converge(), 10, 30);
        Assert.Null(routing.Distance("D", "A"));
    }

    [Fact]
    public void A_route_of_which_nobody_speaks_any_more_is_given_up()
    {
        // With simple split horizon, C and D each believe the other and tell each other nothing about it.
        var options = new DistanceVectorOptions { SplitHorizon = SplitHorizon.Simple, Timeout = 6 };
        var routing = new DistanceVector(NetworkGraph.Of("A-B, B-C, C-D, D-B"), options);
        routing.Converge();
        routing.Cut("A", "B");
        routing.Converge();

        Assert.All(["B", "C", "D"], router => Assert.Null(routing.Distance(router, "A")));
        Assert.Contains("A-B is cut", routing.History("A").ToString());
    }

    [Fact]
    public void In_a_ring_simple_split_horizon_takes_longer_than_none_by_the_rounds_of_silence()
    {
        int Rounds(string graph, SplitHorizon horizon, int timeout = 6)
        {
            var options = new DistanceVectorOptions { SplitHorizon = horizon, Timeout = timeout };
            var routing = new DistanceVector(NetworkGraph.Of(graph), options);
            routing.Converge();
            routing.Cut("A", "B");
            return routing.Converge();
        }

        const string row = "A-B, B-C, C-D";
        const string ring = "A-B, B-C, C-D, D-B";
        Assert.All([SplitHorizon.Simple, SplitHorizon.PoisonedReverse], horizon => Assert.Equal(2, Rounds(row, horizon)));
        Assert.Equal(Rounds(ring, SplitHorizon.Off), Rounds(ring, SplitHorizon.PoisonedReverse));
        Assert.InRange(Rounds(ring, SplitHorizon.Simple), Rounds(ring, SplitHorizon.Off) + 1, 30);
        // The route that is left over waits for the timeout, and for nothing else; without split horizon there is none.
        Assert.Equal(Rounds(ring, SplitHorizon.Simple) + 4, Rounds(ring, SplitHorizon.Simple, timeout: 10));
        Assert.Equal(Rounds(ring, SplitHorizon.Off), Rounds(ring, SplitHorizon.Off, timeout: 10));
    }

    [Fact]
    public void News_of_a_cut_reach_those_nearer_to_it_first_and_packets_may_circle_meanwhile()
    {
        var routing = new LinkState(NetworkGraph.Of("A-B 1, B-C 1, C-D 1, A-D 5"));
        routing.Converge();
        Assert.Equal(["A", "B", "C", "D"], routing.Follow("A", "D"));

        routing.Cut("C", "D");
        // C has heard about it and sends packets back; B has not, and sends them forward.
        Assert.Equal(["B", "C", "B"], routing.Follow("B", "D"));
        routing.Converge();
        Assert.Equal(["B", "A", "D"], routing.Follow("B", "D"));
    }

    [Fact]
    public void A_drawing_of_a_step_marks_the_settled_and_the_tree()
    {
        var diagram = Dijkstra.From(NetworkGraph.Of("A-B 4, A-C 1, C-B 2, B-D 5"), "A").Draw(step: 2);

        Assert.Equal(["A", "C"], diagram.Nodes.Where(node => node.IsMarked).Select(node => node.Name).Order());
        Assert.Equal(["A 0", "B 3", "C 1", "D ∞"], diagram.Nodes.Select(node => $"{node.Name} {node.Detail}").Order());
        Assert.Equal(2, diagram.Links.Count(link => link.State == DiagramLinkState.OnRoute));
    }

    [Theory]
    [InlineData("A-B 4, nonsense", "'nonsense' is not a link. Expected")]
    [InlineData("A-A", "Expected: two different nodes")]
    [InlineData("A-B 0", "Expected: a whole number from 1")]
    [InlineData("A-B 1, B-A 2", "Expected: at most one")]
    [InlineData("", "Expected at least one")]
    public void Text_that_is_no_graph_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => NetworkGraph.Of(text)).Message);

    [Fact]
    public void Graphs_are_read_back_from_their_own_text_and_are_connected() => Graphs.Sample(graph =>
    {
        Assert.Equal(graph.ToString(), NetworkGraph.Of(graph.ToString()).ToString());
        Assert.All(graph.Nodes, node => Assert.NotNull(Dijkstra.From(graph, "n1").Distance(node)));
    });

    private static void AssertAgreement(NetworkGraph graph, DistanceVector vector, LinkState state)
    {
        vector.Converge();
        state.Converge();
        foreach (var source in graph.Nodes)
        {
            var paths = Dijkstra.From(graph, source);
            foreach (var node in graph.Nodes)
            {
                Assert.Equal(paths.Distance(node), vector.Distance(source, node));
                Assert.Equal(paths.Distance(node), state.Distance(source, node));
                Assert.Equal(paths.Distance(node), LengthBy(graph, vector.NextHop, source, node));
                Assert.Equal(paths.Distance(node), LengthBy(graph, state.NextHop, source, node));
            }
        }
    }

    // What a packet's way costs if it asks each router for the next.
    private static int? LengthBy(NetworkGraph graph, Func<string, string, string?> nextHop, string from, string to)
    {
        var way = new List<string> { from };
        while (way[^1] != to)
        {
            if (nextHop(way[^1], to) is not { } next)
            {
                return null;
            }

            way.Add(next);
            Assert.True(way.Count <= graph.Nodes.Count, "A packet goes in a circle.");
        }

        return Length(graph, way);
    }

    private static int Length(NetworkGraph graph, IReadOnlyList<string> path) =>
        path.Zip(path.Skip(1), (a, b) => graph.Link(a, b).Cost).Sum();
}
