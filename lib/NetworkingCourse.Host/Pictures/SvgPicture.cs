using System.Net;
using System.Text;

namespace NetworkingCourse.Host.Pictures;

/// <summary>
/// A picture of boxes, words and arrows as an SVG file, light or dark as the reader's system is. Lengths are in pixels.
/// </summary>
internal sealed class SvgPicture
{
    private const string Sheet =
        """
        text { fill: #222; } .bold { font-weight: 600; } .box { stroke: #222; }
        .line { fill: none; stroke: #222; stroke-width: 1.5; } .dashed { stroke: #6b6b6b; stroke-dasharray: 4 4; }
        .tip { fill: #222; stroke: none; } .quiet { fill: #6b6b6b; }
        .paper { fill: #f7f7f5; } .green { fill: #bfe3d3; } .orange { fill: #ffd9b3; } .blue { fill: #c3ddf5; }
        .purple { fill: #e0d6f5; }
        @media (prefers-color-scheme: dark) {
        text, .tip { fill: #e8e8e8; } .box, .line { stroke: #e8e8e8; } .dashed { stroke: #a8a8a8; }
        .quiet { fill: #a8a8a8; } .paper { fill: #1e1e1e; } .green { fill: #1f4d3c; } .orange { fill: #5a3d1c; }
        .blue { fill: #1f3f5c; } .purple { fill: #3d3159; }
        }
        """;

    private readonly StringBuilder _svg;

    public SvgPicture(int width, int height, string title)
    {
        _svg = new StringBuilder(FormattableString.Invariant(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" "))
            .Append("font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\" font-size=\"14\">\n")
            .Append("<title>").Append(WebUtility.HtmlEncode(title)).Append("</title>\n")
            .Append("<style>\n").Append(Sheet).Append("\n</style>\n");
        Rectangle(new Box(0, 0, width, height), "paper", corner: 8);
    }

    /// <summary>A box with its words in the middle, one line below the other.</summary>
    public void Add(Box box, string colour, IReadOnlyList<string> words, bool firstIsBold = false)
    {
        Rectangle(box, $"box {colour}", corner: 4);
        for (var i = 0; i < words.Count; i++)
        {
            var y = box.Y + box.Height / 2 + 5 + 20 * i - 10 * (words.Count - 1);
            Text(words[i], box.X + box.Width / 2, y, firstIsBold && i == 0 ? "bold" : "", "middle");
        }
    }

    /// <summary>Words that begin at a point, or have their middle there.</summary>
    public void Text(string words, int x, int y, string kind = "", string anchor = "start") => _svg
        .Append(FormattableString.Invariant($"<text class=\"{kind}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">"))
        .Append(WebUtility.HtmlEncode(words))
        .Append("</text>\n");

    /// <summary>A line along a path (SVG 1.1, section 8.3).</summary>
    public void Line(FormattableString path, bool dashed = false) => _svg
        .Append(dashed ? "<path class=\"line dashed\" d=\"" : "<path class=\"line\" d=\"")
        .Append(FormattableString.Invariant(path))
        .Append("\"/>\n");

    /// <summary>An arrow along a curve, straight if the two control points lie on it.</summary>
    public void Arrow(Spot from, Spot leaving, Spot arriving, Spot to, bool dashed = false)
    {
        Line($"M{from.X} {from.Y}C{leaving.X} {leaving.Y} {arriving.X} {arriving.Y} {to.X} {to.Y}", dashed);
        var angle = Math.Atan2(to.Y - arriving.Y, to.X - arriving.X) * 180 / Math.PI;
        _svg.Append(dashed ? "<path class=\"tip quiet\" " : "<path class=\"tip\" ")
            .Append(FormattableString.Invariant($"transform=\"translate({to.X} {to.Y}) rotate({angle:0.#})\" "))
            .Append("d=\"M0 0 -11 -5V5Z\"/>\n");
    }

    public override string ToString() => _svg + "</svg>\n";

    private void Rectangle(Box box, string kind, int corner) => _svg
        .Append(FormattableString.Invariant($"<rect class=\"{kind}\" x=\"{box.X}\" y=\"{box.Y}\" width=\"{box.Width}\" "))
        .Append(FormattableString.Invariant($"height=\"{box.Height}\" rx=\"{corner}\"/>\n"));
}

/// <summary>A rectangle in a picture.</summary>
internal readonly record struct Box(int X, int Y, int Width, int Height);

/// <summary>A point in a picture.</summary>
internal readonly record struct Spot(int X, int Y);
