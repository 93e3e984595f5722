using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// Draws a network as SVG inside HTML. Everything is in the page's own colour, lighter or heavier; only what is lost or cut is
/// red, and it has a cross as well. The SVG contains no identifiers, so a page may hold any number of drawings.
/// </summary>
internal static class DiagramSvg
{
    internal const string Sheet =
        """
        <style>
        .course-network { margin: .4em 0 .8em 0; }
        .course-network svg {
            display: block; font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: currentColor; stroke: none;
        }
        .course-network .node {
            fill: color-mix(in srgb, currentColor 5%, transparent); stroke: currentColor; stroke-opacity: .7; stroke-width: 1.3;
        }
        .course-network .marked {
            fill: color-mix(in srgb, currentColor 22%, transparent); stroke-width: 2.2; stroke-opacity: 1;
        }
        .course-network .switch { stroke-dasharray: 5 3; }
        .course-network .idle { fill: none; stroke: currentColor; stroke-opacity: .55; stroke-width: 1.3; }
        .course-network .used { fill: none; stroke: currentColor; stroke-width: 4; stroke-opacity: .85; }
        .course-network .tip { fill: currentColor; }
        .course-network .cut { fill: none; stroke: #ff0d45; stroke-width: 1.6; stroke-dasharray: 2 5; }
        .course-network .mark { fill: none; stroke: #ff0d45; stroke-width: 3; }
        .course-network .lead { stroke: currentColor; stroke-opacity: .5; stroke-dasharray: 1 3; }
        .course-network .name { font-weight: 600; }
        .course-network .small { font-size: 11px; opacity: .9; }
        .course-network .why { font-style: italic; font-weight: 600; }
        </style>
        """;

    public static string Of(NetworkDiagram diagram)
    {
        if (diagram.Nodes.Count > NetworkDiagram.MaxNodes)
        {
            return InvariantText.Format($"{Style.Sheet}<p class=\"course-note\">{Encode(diagram.Title)}: ")
                + InvariantText.Format($"{diagram.Nodes.Count:N0} nodes and {diagram.Links.Count:N0} links ")
                + "are too many to draw.</p>";
        }

        var layout = new DiagramLayout(diagram);
        var svg = new StringBuilder(Style.Sheet)
            .Append(Sheet)
            .Append("<div class=\"course-network\"><div><b>")
            .Append(Encode(diagram.Title))
            .Append("</b></div><div class=\"course-scroll\">")
            .Append(InvariantText.Format(
                $"<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"{Style.Shrinking(layout.Width)}\" "))
            .Append(InvariantText.Format($"width=\"{layout.Width:0}\" height=\"{layout.Height:0}\" "))
            .Append(InvariantText.Format($"viewBox=\"0 0 {layout.Width:0} {layout.Height:0}\" role=\"img\" aria-label=\""))
            .Append(Encode(diagram.Title))
            .Append("\">");
        var obstacles = layout.Texts.Select(text => text.Box).ToList();
        foreach (var link in diagram.Links)
        {
            AppendLink(svg, link, layout.Lines[link], obstacles);
        }

        foreach (var node in diagram.Nodes)
        {
            AppendNode(svg, node, layout.Boxes[node.Name]);
        }

        foreach (var mark in layout.Marks)
        {
            AppendCross(svg, mark);
        }

        foreach (var text in layout.Texts)
        {
            AppendText(svg, text);
        }

        svg.Append("</svg></div>");
        return svg
            .Append(diagram.Caption.Length > 0 ? $"<p class=\"course-note\">{Encode(diagram.Caption)}</p></div>" : "</div>")
            .ToString();
    }

    private static void AppendLink(StringBuilder svg, DiagramLink link, (Spot From, Spot To) line, List<TextBox> texts)
    {
        var kind = link.State switch { DiagramLinkState.OnRoute => "used", DiagramLinkState.Cut => "cut", _ => "idle" };
        var (from, to) = link.Towards == link.A ? (line.To, line.From) : line;
        // The shaft of an arrow ends inside its tip.
        var end = link.Towards is null ? to : to.Towards(from, Math.Min(0.4, 9 / Math.Max(1, from.Distance(to))));
        foreach (var (a, b) in TextBox.Uncovered((from.X, from.Y), (end.X, end.Y), texts))
        {
            svg.Append(InvariantText.Format($"<path class=\"{kind}\" d=\"M{a.X:0.#} {a.Y:0.#}L{b.X:0.#} {b.Y:0.#}\"/>"));
        }

        if (link.Towards is not null)
        {
            var length = Math.Max(1, from.Distance(to));
            var (alongX, alongY) = ((to.X - from.X) / length, (to.Y - from.Y) / length);
            var (backX, backY) = (to.X - 13 * alongX, to.Y - 13 * alongY);
            svg.Append(InvariantText.Format($"<path class=\"tip\" d=\"M{to.X:0.#} {to.Y:0.#}"))
                .Append(InvariantText.Format($"L{backX - 6 * alongY:0.#} {backY + 6 * alongX:0.#}"))
                .Append(InvariantText.Format($"L{backX + 6 * alongY:0.#} {backY - 6 * alongX:0.#}Z\"/>"));
        }
    }

    private static void AppendNode(StringBuilder svg, DiagramNode node, TextBox box)
    {
        var (corner, kind) = node.Kind switch
        {
            DiagramNodeKind.Host => (2.0, " host"),
            DiagramNodeKind.Switch => (2.0, " switch"),
            _ => (Math.Min(box.Height, box.Width) / 2, ""),
        };
        svg.Append(InvariantText.Format($"<rect class=\"node{(node.IsMarked ? " marked" : "")}{kind}\" "))
            .Append(InvariantText.Format($"x=\"{box.X - box.Width / 2:0.#}\" y=\"{box.Y - box.Height / 2:0.#}\" "))
            .Append(InvariantText.Format($"width=\"{box.Width:0.#}\" height=\"{box.Height:0.#}\" rx=\"{corner:0.#}\"/>"));
        var lines = DiagramLayout.LinesOf(node);
        for (var i = 0; i < lines.Count; i++)
        {
            var y = box.Y + 4 + (i - (lines.Count - 1) / 2.0) * TextBox.LineHeight;
            svg.Append(InvariantText.Format(
                    $"<text class=\"{(i == 0 ? "name" : "small")}\" text-anchor=\"middle\" x=\"{box.X:0.#}\" y=\"{y:0.#}\">"))
                .Append(Encode(lines[i]))
                .Append("</text>");
        }
    }

    private static void AppendText(StringBuilder svg, DiagramText text)
    {
        var box = text.Box;
        if (text.Anchor is { } anchor && anchor.Distance(new Spot(box.X, box.Y)) > 24)
        {
            var (left, right) = (box.X - box.Width / 2, box.X + box.Width / 2);
            var (top, bottom) = (box.Y - box.Height / 2, box.Y + box.Height / 2);
            svg.Append(InvariantText.Format($"<line class=\"lead\" x1=\"{anchor.X:0.#}\" y1=\"{anchor.Y:0.#}\" "))
                .Append(InvariantText.Format($"x2=\"{Math.Clamp(anchor.X, left, right):0.#}\" "))
                .Append(InvariantText.Format($"y2=\"{(box.Y > anchor.Y ? top : bottom):0.#}\"/>"));
        }

        svg.Append(InvariantText.Format(
                $"<text{(text.IsDrop ? " class=\"why\"" : "")} text-anchor=\"middle\" x=\"{box.X:0.#}\" y=\"{box.Y + 4:0.#}\">"))
            .Append(Encode(text.Text))
            .Append("</text>");
    }

    private static void AppendCross(StringBuilder svg, Spot at) =>
        svg.Append(InvariantText.Format($"<path class=\"mark\" d=\"M{at.X - 6:0.#} {at.Y - 6:0.#}L{at.X + 6:0.#} {at.Y + 6:0.#}"))
            .Append(InvariantText.Format($"M{at.X - 6:0.#} {at.Y + 6:0.#}L{at.X + 6:0.#} {at.Y - 6:0.#}\"/>"));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
