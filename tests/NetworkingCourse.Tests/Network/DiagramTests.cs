using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network;

public sealed class DiagramTests
{
    private static readonly Gen<NetworkDiagram> Diagrams = Gen.Select(Gen.Int[2, 16], Gen.Int[0, 8], Gen.Int, Gen.Int[0, 3]).Select((nodes, more, seed, drops) =>
    {
        var graph = NetworkGraph.Random(nodes, Math.Min(nodes - 1 + more, nodes * (nodes - 1) / 2), seed, mostCost: 1000);
        return new NetworkDiagram(
            "A network", graph.Nodes.Select((node, i) => new DiagramNode(node, (DiagramNodeKind)(i % 4), i % 3 == 0 ? "10.0.12.200/24\n192.0.2.1/30" : "")),
            graph.Links.Select((link, i) => new DiagramLink(link.A, link.B, $"10 Mbit/s, cost {link.Cost}") { State = (DiagramLinkState)(i % 3), Towards = i % 3 == 1 ? link.A : null }))
        {
            Drops = [.. graph.Links.Take(drops).Select((link, i) => new DiagramDrop(link.A, "time to live exceeded", i == 0 ? link.B : null))],
        };
    });

    [Fact]
    public void No_text_lies_on_another_nor_on_a_node() => Diagrams.Sample(diagram =>
    {
        var layout = new DiagramLayout(diagram);
        var boxes = layout.Boxes.Values.Concat(layout.Texts.Select(text => text.Box)).ToList();
        foreach (var (i, box) in boxes.Index())
        {
            Assert.All(boxes.Take(i), other => Assert.False(box.Overlaps(other), $"{box} lies on {other}"));
            Assert.InRange(box.X - box.Width / 2, 0, layout.Width);
            Assert.InRange(box.X + box.Width / 2, 0, layout.Width);
            Assert.InRange(box.Y - box.Height / 2, 0, layout.Height);
            Assert.InRange(box.Y + box.Height / 2, 0, layout.Height);
        }

        Assert.Equal(diagram.Links.Count + diagram.Drops.Count, layout.Texts.Count);
        Assert.All(layout.Texts, text => Assert.Equal(TextBox.WidthOf(text.Text) + 6, text.Box.Width));
    }, iter: 40);

    [Fact]
    public void The_same_network_is_drawn_the_same_way() => Diagrams.Sample(
        diagram => Assert.Equal(diagram.ToHtml(), new NetworkDiagram(diagram.Title, diagram.Nodes, diagram.Links) { Drops = diagram.Drops }.ToHtml()), iter: 10);

    [Fact]
    public void What_is_lost_on_a_cut_link_is_lost_at_the_links_own_cross()
    {
        var diagram = new NetworkDiagram("", [new("a"), new("b")], [new("a", "b", "10.0.12.0/30") { State = DiagramLinkState.Cut }]) { Drops = [new DiagramDrop("a", "the link is cut", "b")] };

        Assert.Equal(1, diagram.ToHtml().Split("class=\"mark\"").Length - 1);
    }

    [Fact]
    public void Coinciding_places_are_moved_apart()
    {
        var diagram = new NetworkDiagram("", [new("a"), new("b"), new("c")], [new("a", "b", "x"), new("b", "c", "y")]) { Places = Place.Of("a 0 0, b 0 0, c 0 0") };

        var boxes = new DiagramLayout(diagram).Boxes.Values.ToArray();

        Assert.False(boxes[0].Overlaps(boxes[1]) || boxes[1].Overlaps(boxes[2]) || boxes[0].Overlaps(boxes[2]));
    }

    [Fact]
    public void Numbers_are_invariant_and_names_are_encoded() => Cultures.With("de-DE", () =>
    {
        var html = new NetworkDiagram("<b>&", [new("a<b"), new("c")], [new("a<b", "c", "1 < 2") { State = DiagramLinkState.OnRoute, Towards = "c" }]).ToHtml();

        Assert.Contains("a&lt;b", html);
        Assert.DoesNotContain("a<b", html);
        Assert.DoesNotMatch(@"\d,\d", html[html.IndexOf("<svg", StringComparison.Ordinal)..]);
    });

    [Fact]
    public void What_cannot_be_drawn_is_refused_or_said()
    {
        Assert.Contains("two nodes 'a'", Assert.Throws<ArgumentException>(() => new NetworkDiagram("", [new("a"), new("a")], [])).Message);
        Assert.Contains("no node 'b'", Assert.Throws<ArgumentException>(() => new NetworkDiagram("", [new("a")], [new("a", "b")])).Message);
        Assert.Contains("Expected: a name and two numbers", Assert.Throws<FormatException>(() => Place.Of("a 0 2")).Message);
        Assert.Contains("too many to be drawn", NetworkGraph.Random(100, 150, 1).ToHtml());
    }
}
