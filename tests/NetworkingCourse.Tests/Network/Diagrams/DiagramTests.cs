using CsCheck;
using NetworkingCourse.Display;
using NetworkingCourse.Network;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Network;

public sealed class DiagramTests
{
    private static readonly Gen<NetworkDiagram> Diagrams =
        Gen.Select(Gen.Int[2, 16], Gen.Int[0, 8], Gen.Int, Gen.Int[0, 3]).Select((nodes, more, seed, drops) =>
        {
            var graph = NetworkGraph.Random(nodes, Math.Min(nodes - 1 + more, nodes * (nodes - 1) / 2), seed, maxCost: 1000);
            return new NetworkDiagram(
                "A network",
                graph.Nodes.Select((node, i) =>
                    new DiagramNode(node, (DiagramNodeKind)(i % 4), i % 3 == 0 ? "10.0.12.200/24\n192.0.2.1/30" : "")),
                graph.Links.Select((link, i) => new DiagramLink(link.A, link.B, $"10 Mbit/s, cost {link.Cost}")
                {
                    State = (DiagramLinkState)(i % 3),
                    Towards = i % 3 == 1 ? link.A : null,
                }))
            {
                Drops =
                [
                    .. graph.Links
                        .Take(drops)
                        .Select((link, i) => new DiagramDrop(link.A, "time to live exceeded", i == 0 ? link.B : null)),
                ],
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
        diagram =>
        {
            var again = new NetworkDiagram(diagram.Title, diagram.Nodes, diagram.Links) { Drops = diagram.Drops };
            Assert.Equal(diagram.ToHtml(), again.ToHtml());
        },
        iter: 10);

    [Fact]
    public void A_label_that_is_too_long_for_its_arrow_stands_beside_it()
    {
        // The small internet of lesson 3.8, with the link cut and new routes: the long way has the longest label.
        var internet = Internet.Of("""
            host   anna  10.0.1.10/24 via 10.0.1.1
            host   bert  10.0.1.11/24 via 10.0.1.1
            host   carla 10.0.3.10/24 via 10.0.3.1
            switch s1
            router r1
            router r2
            router r3
            link   anna s1
            link   bert s1
            link   s1 r1=10.0.1.1/24
            link   r1=10.0.12.1/30 r2=10.0.12.2/30 delay 5ms
            link   r2=10.0.23.1/30 r3=10.0.23.2/30 delay 5ms
            link   r1=10.0.13.1/30 r3=10.0.13.2/30 delay 20ms cost 3
            link   r3=10.0.3.1/24 carla
            """).Cut("r1", "r2").Reroute();
        var diagram = internet.Trace("anna", "carla").Draw();
        var layout = new DiagramLayout(diagram);
        var texts = layout.Texts.Select(text => text.Box).ToList();
        var arrows = diagram.Links.Where(link => link.Towards is not null).ToList();

        Assert.Equal(4, arrows.Count);
        Assert.All(arrows, link =>
        {
            var (from, to) = layout.Lines[link];
            var seen = TextBox.Uncovered((from.X, from.Y), (to.X, to.Y), texts)
                .Sum(part => Math.Sqrt(Math.Pow(part.To.X - part.From.X, 2) + Math.Pow(part.To.Y - part.From.Y, 2)));
            Assert.True(
                seen >= 60,
                $"Of the arrow from {link.A} to {link.B}, {seen:0} of {from.Distance(to):0} pixels are to be seen.");
        });
    }

    [Fact]
    public void What_is_lost_on_a_cut_link_is_lost_at_the_links_own_cross()
    {
        var link = new DiagramLink("a", "b", "10.0.12.0/30") { State = DiagramLinkState.Cut };
        var diagram = new NetworkDiagram("", [new("a"), new("b")], [link])
        {
            Drops = [new DiagramDrop("a", "the link is cut", "b")],
        };

        Assert.Equal(1, diagram.ToHtml().Split("class=\"mark\"").Length - 1);
    }

    [Fact]
    public void Coinciding_places_are_moved_apart()
    {
        var diagram = new NetworkDiagram(
            "", [new("a"), new("b"), new("c")], [new("a", "b", "x"), new("b", "c", "y")])
        {
            Places = Place.Of("a 0 0, b 0 0, c 0 0"),
        };

        var boxes = new DiagramLayout(diagram).Boxes.Values.ToArray();

        Assert.False(boxes[0].Overlaps(boxes[1]) || boxes[1].Overlaps(boxes[2]) || boxes[0].Overlaps(boxes[2]));
    }

    [Fact]
    public void Numbers_are_invariant_and_names_are_encoded() => Cultures.With("de-DE", () =>
    {
        var link = new DiagramLink("a<b", "c", "1 < 2") { State = DiagramLinkState.OnRoute, Towards = "c" };
        var html = new NetworkDiagram("<b>&", [new("a<b"), new("c")], [link]).ToHtml();

        Assert.Contains("a&lt;b", html);
        Assert.DoesNotContain("a<b", html);
        Assert.DoesNotMatch(@"\d,\d", html[html.IndexOf("<svg", StringComparison.Ordinal)..]);
    });

    [Fact]
    public void What_cannot_be_drawn_is_refused_or_said()
    {
        Assert.Contains(
            "two nodes 'a'",
            Assert.Throws<ArgumentException>(() => new NetworkDiagram("", [new("a"), new("a")], [])).Message);
        Assert.Contains(
            "no node 'b'",
            Assert.Throws<ArgumentException>(() => new NetworkDiagram("", [new("a")], [new("a", "b")])).Message);
        Assert.Contains("Expected: a name and two numbers", Assert.Throws<FormatException>(() => Place.Of("a 0 2")).Message);
        Assert.Contains("too many to draw", NetworkGraph.Random(100, 150, 1).ToHtml());
    }
}
