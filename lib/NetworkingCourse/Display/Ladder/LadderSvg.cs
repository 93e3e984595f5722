using System.Net;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>
/// Draws a ladder as SVG inside HTML. Lines and text have the page's own colour; dashes and marks show the kind of each message.
/// The SVG uses no identifiers, so that a page can contain any number of drawings.
/// </summary>
internal static class LadderSvg
{
    internal const string Sheet =
        """
        <style>
        .course-ladder { margin: .4em 0 .8em 0; }
        .course-ladder svg { display: block; font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
        fill: currentColor; stroke: none; }
        .course-ladder .life { stroke: currentColor; stroke-opacity: .5; stroke-width: 1.5; }
        .course-ladder .grid { stroke: currentColor; stroke-opacity: .14; stroke-width: 1; }
        .course-ladder .lead { stroke: currentColor; stroke-opacity: .5; stroke-width: 1; stroke-dasharray: 1 3; }
        .course-ladder .box { fill: color-mix(in srgb, currentColor 8%, transparent); stroke: currentColor; stroke-opacity: .6; }
        .course-ladder .span { fill: color-mix(in srgb, currentColor 14%, transparent);
        stroke: currentColor; stroke-opacity: .6; }
        .course-ladder .ordinary, .course-ladder .control, .course-ladder .repeated, .course-ladder .opaque,
        .course-ladder .corrupted, .course-ladder .lost { fill: none; stroke: currentColor; stroke-width: 1.6; }
        .course-ladder .control { stroke-dasharray: 6 4; stroke-width: 1.3; }
        .course-ladder .repeated { stroke-dasharray: 10 3 2 3; }
        .course-ladder .opaque { stroke-width: 1; } .course-ladder .lost { stroke-dasharray: 3 3; }
        .course-ladder .mark { fill: none; stroke: #ff0d45; stroke-width: 2.6; }
        .course-ladder .bent { fill: none; stroke: #d9730d; stroke-width: 2.2; }
        .course-ladder .small { font-size: 11px; opacity: .9; } .course-ladder .party { font-weight: 600; font-size: 13px; }
        </style>
        """;

    private const double HeadHeight = 36;

    public static string Of(LadderDiagram ladder)
    {
        if (ladder is { Messages: [], Notes: [], Intervals: [] })
        {
            // Empty lifelines would look like a drawing that is broken.
            var note = $"There is no {ladder.Noun} to draw. {ladder.Caption}".TrimEnd();
            return $"{Style.Sheet}{Sheet}<div class=\"course-ladder\"><div><b>{Encode(ladder.Title)}</b></div>"
                + $"<p class=\"course-note\">{Encode(note)}</p></div>";
        }

        var layout = LadderLayout.Of(ladder);
        var height = layout.Bottom + 10;
        var svg = new StringBuilder(Style.Sheet).Append(Sheet)
            .Append("<div class=\"course-ladder\"><div><b>").Append(Encode(ladder.Title))
            .Append("</b></div><div class=\"course-scroll\">")
            .Append("<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"").Append(Style.Shrinking(layout.Right))
            .Append(InvariantText.Format($"\" width=\"{layout.Right:0}\" height=\"{height:0}\" "))
            .Append(InvariantText.Format($"viewBox=\"0 0 {layout.Right:0} {height:0}\" role=\"img\" aria-label=\""))
            .Append(Encode(ladder.Title)).Append("\">");
        var texts = layout.Texts.Select(text => text.Box).ToList();
        AppendTimes(svg, layout);
        AppendLifelines(svg, ladder, layout, texts);
        AppendIntervals(svg, layout);
        AppendFolds(svg, ladder, layout);
        foreach (var arrow in layout.Arrows)
        {
            LadderArrows.Append(svg, arrow, texts);
        }

        AppendTexts(svg, layout);
        svg.Append("</svg></div>");
        if (ladder.Caption.Length > 0)
        {
            svg.Append("<p class=\"course-note\">").Append(Encode(ladder.Caption)).Append("</p>");
        }

        return svg.Append("</div>").ToString();
    }

    private static void AppendTimes(StringBuilder svg, LadderLayout layout)
    {
        var (last, right) = (double.NegativeInfinity, layout.Lifelines.Values.DefaultIfEmpty().Max());
        foreach (var (y, text) in layout.Times.Ticks())
        {
            // Next to a fold, two times may be too close to each other.
            var at = LadderLayout.YOf(y);
            if (at - last >= TextBox.LineHeight)
            {
                svg.Append("<line class=\"grid\" x1=\"74\" ")
                    .Append(InvariantText.Format($"x2=\"{right:0.#}\" y1=\"{at:0.#}\" y2=\"{at:0.#}\"/>"))
                    .Append(InvariantText.Format($"<text class=\"small\" text-anchor=\"end\" x=\"68\" y=\"{at + 4:0.#}\">"))
                    .Append(Encode(text)).Append("</text>");
                last = at;
            }
        }
    }

    private static void AppendLifelines(
        StringBuilder svg, LadderDiagram ladder, LadderLayout layout, IReadOnlyList<TextBox> texts)
    {
        foreach (var (party, x) in layout.Lifelines)
        {
            var detail = ladder.Details.GetValueOrDefault(party);
            var (width, top) = (layout.HeadWidth(ladder, party), LadderLayout.LifelinesBegin - HeadHeight - 4);
            foreach (var (from, to) in TextBox.Uncovered((x, LadderLayout.LifelinesBegin), (x, layout.Bottom), texts))
            {
                svg.Append(InvariantText.Format($"<line class=\"life\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" "))
                    .Append(InvariantText.Format($"y1=\"{from.Y:0.#}\" y2=\"{to.Y:0.#}\"/>"));
            }

            svg.Append(InvariantText.Format(
                    $"<rect class=\"box\" x=\"{x - width / 2:0.#}\" y=\"{top:0.#}\" width=\"{width:0.#}\""))
                .Append(InvariantText.Format($" height=\"{HeadHeight + 4}\" rx=\"4\"/>"));
            AppendHead(svg, "party", x, detail is null ? 30 : 22, party, width * TextBox.FontSize / LadderLayout.PartySize);
            if (detail is not null)
            {
                AppendHead(svg, "small", x, 38, detail, width);
            }
        }
    }

    // Leaves out the middle of a long address; the tooltip shows it in full.
    private static void AppendHead(StringBuilder svg, string style, double x, double y, string text, double width)
    {
        var shown = TextBox.FitEnds(text, width - LadderLayout.HeadMargin / 2);
        svg.Append(InvariantText.Format($"<text class=\"{style}\" text-anchor=\"middle\" x=\"{x:0.#}\" y=\"{y}\">"))
            .Append(shown == text ? "" : $"<title>{Encode(text)}</title>").Append(Encode(shown)).Append("</text>");
    }

    private static void AppendIntervals(StringBuilder svg, LadderLayout layout)
    {
        foreach (var interval in layout.Fold.Intervals)
        {
            var (from, until) =
                (LadderLayout.YOf(layout.Times.Y(interval.From)), LadderLayout.YOf(layout.Times.Y(interval.Until)));
            svg.Append(InvariantText.Format($"<rect class=\"span\" x=\"{layout.Lifelines[interval.Party] - 5:0.#}\" "))
                .Append(InvariantText.Format($"y=\"{from:0.#}\" width=\"10\" height=\"{Math.Max(2, until - from):0.#}\"><title>"))
                .Append(Encode(interval.Text)).Append("</title></rect>");
        }

        foreach (var note in layout.Fold.Notes)
        {
            svg.Append(InvariantText.Format($"<circle cx=\"{layout.Lifelines[note.Party]:0.#}\" "))
                .Append(InvariantText.Format($"cy=\"{LadderLayout.YOf(layout.Times.Y(note.At)):0.#}\" r=\"3.5\"/>"));
        }
    }

    private static void AppendFolds(StringBuilder svg, LadderDiagram ladder, LadderLayout layout)
    {
        foreach (var (fold, gap) in layout.Times.Folds)
        {
            var (y, left, right) =
                (LadderLayout.YOf(fold), layout.Lifelines.Values.Min(), layout.Lifelines.Values.Max());
            svg.Append("<path class=\"lead\" fill=\"none\" d=\"")
                .Append(InvariantText.Format($"M{left - 30:0.#} {y - 11:0.#}H{right + 30:0.#}"))
                .Append(InvariantText.Format($"M{left - 30:0.#} {y + 11:0.#}H{right + 30:0.#}\"/>"))
                .Append("<text text-anchor=\"middle\" font-style=\"italic\" ")
                .Append(InvariantText.Format($"x=\"{(left + right) / 2:0.#}\" y=\"{y + 4:0.#}\">"))
                .Append(Encode(gap.Count(ladder.Noun))).Append(", not drawn</text>");
        }
    }

    private static void AppendTexts(StringBuilder svg, LadderLayout layout)
    {
        foreach (var text in layout.Texts)
        {
            var box = text.Box;
            if (text.Anchor is { } anchor)
            {
                var edge = box.X > anchor.X ? box.X - box.Width / 2 - 3 : box.X + box.Width / 2 + 3;
                svg.Append(InvariantText.Format($"<line class=\"lead\" x1=\"{anchor.X:0.#}\" y1=\"{anchor.Y:0.#}\" "))
                    .Append(InvariantText.Format($"x2=\"{edge:0.#}\" y2=\"{box.Y:0.#}\"/>"));
            }

            svg.Append(InvariantText.Format($"<text text-anchor=\"middle\" x=\"{box.X:0.#}\" y=\"{box.Y + 4:0.#}\""));
            if (box.Angle != 0)
            {
                svg.Append(InvariantText.Format(
                    $" transform=\"rotate({box.Angle * 180 / Math.PI:0.##} {box.X:0.#} {box.Y:0.#})\""));
            }

            svg.Append('>').Append(text.Shown == text.Whole ? "" : $"<title>{Encode(text.Whole)}</title>")
                .Append(Encode(text.Shown)).Append("</text>");
        }
    }

    internal static string Encode(string text) => WebUtility.HtmlEncode(text);
}
