using System.Net;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>
/// Formats a byte view as HTML. Fields are distinguished by a line before each, by two alternating shades of the page's own
/// colour, and by the number above the first byte, which is the number in the table. Readers need not perceive colours.
/// </summary>
internal static class ByteViewHtml
{
    private const int ValueLength = 120;

    internal const string Sheet =
        """
        <style>
        .course-bytes { margin: .4em 0 .8em 0; }
        .course-bytes .course-layers { display: inline-flex; gap: .2em; margin-left: .8em;
        font-size: .8em; vertical-align: middle; }
        .course-bytes .course-layers span { padding: .05em .5em;
        border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: .2em; opacity: .9; }
        .course-bytes .course-layers span.here { border: 2px solid currentColor; font-weight: 600; opacity: 1; }
        .course-bytes table.course-dump { border-collapse: collapse; margin: .5em 0;
        font: .85em/1.25 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; }
        .course-bytes .course-dump td { position: relative; padding: 1em .32em .12em .32em; text-align: center;
        border: 0; border-bottom: 3px solid transparent; background-clip: padding-box; white-space: pre; }
        .course-bytes .course-dump td.at { padding-right: .9em; text-align: right; opacity: .9; }
        .course-bytes .course-dump td.as { padding-left: 1.1em; text-align: left; letter-spacing: .06em; }
        .course-bytes .course-dump td.b { border-left: 2px solid currentColor; }
        .course-bytes .course-dump td.x { background-color: color-mix(in srgb, currentColor 6%, transparent); }
        .course-bytes .course-dump td.y { background-color: color-mix(in srgb, currentColor 20%, transparent); }
        .course-bytes .course-dump td.g { background-image: repeating-linear-gradient(135deg,
        transparent 0 3px, color-mix(in srgb, currentColor 18%, transparent) 3px 4px); }
        .course-bytes .course-dump td.fold { padding: .2em .9em; text-align: left; font-style: italic; }
        .course-bytes .course-dump td[data-n]::before { content: attr(data-n); position: absolute; top: .1em; left: .25em;
        font-size: .72em; line-height: 1.2; }
        .course-bytes .course-table td { vertical-align: top; }
        .course-bytes .course-table td.hex { min-width: 11ch;
        font-family: ui-monospace, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
        .course-bytes .course-table td.value, .course-bytes .course-table td.meaning { white-space: pre-wrap;
        overflow-wrap: break-word; min-width: 8em; max-width: 34em; }
        .course-bytes .course-table td.meaning { overflow-wrap: break-word; }
        .course-bytes .course-table tr.section th { padding-top: .7em; text-align: left; }
        .course-bytes .course-table tr.gap td { font-style: italic; }
        </style>
        """;

    public static string Of(ByteView view)
    {
        var html = new StringBuilder(Style.Sheet).Append(Sheet).Append("<div class=\"course-bytes\"><div><b>")
            .Append(Encode(string.Join(", ", view.Sections.Select(section => section.Protocol))))
            .Append("</b> · ").Append(Octets.Count(view.Bytes.Length));
        AppendLayers(html, view);
        html.Append("</div><div class=\"course-scroll\">");
        AppendDump(html, view);
        html.Append("</div><div class=\"course-scroll\">");
        AppendFields(html, view);
        html.Append("</div>");
        if (view.Note is not null)
        {
            html.Append("<p class=\"course-note\">").Append(Encode(view.Note)).Append("</p>");
        }

        return html.Append("</div>").ToString();
    }

    private static void AppendLayers(StringBuilder html, ByteView view)
    {
        var here = view.Sections.Select(section => section.Layer).ToHashSet();
        html.Append("<span class=\"course-layers\" role=\"img\" aria-label=\"")
            .Append(string.Join(" and ", here.Select(layer => InvariantText.Of(layer)))).Append(" layer\">");
        foreach (var layer in Enum.GetValues<Layer>().Reverse())
        {
            html.Append(here.Contains(layer) ? "<span class=\"here\">" : "<span>")
                .Append(InvariantText.Of(layer)).Append("</span>");
        }

        html.Append("</span>");
    }

    private static void AppendDump(StringBuilder html, ByteView view)
    {
        html.Append("<table class=\"course-dump\"><tbody>");
        foreach (var row in ByteRows.Of(view.Map, view.Bytes.Length))
        {
            if (row.Folded is not null)
            {
                html.Append("<tr><td class=\"at\">…</td><td class=\"fold\" colspan=\"17\">")
                    .Append(Octets.Count(row.Length)).Append(" more of ").Append(Encode(row.Folded)).Append("</td></tr>");
                continue;
            }

            html.Append(InvariantText.Format($"<tr><td class=\"at\">{row.Offset}</td>"));
            for (var at = row.Offset; at < row.Offset + row.Length; at++)
            {
                AppendByte(html, view, at);
            }

            html.Append(row.Length < ByteRows.Width
                    ? InvariantText.Format($"<td colspan=\"{ByteRows.Width - row.Length}\"></td>")
                    : "")
                .Append("<td class=\"as\">").Append(Encode(Octets.Dump(view.Bytes.Span.Slice(row.Offset, row.Length))))
                .Append("</td></tr>");
        }

        html.Append("</tbody></table>");
    }

    private static void AppendByte(StringBuilder html, ByteView view, int at)
    {
        var owner = view.Map.Owner(at);
        var beginning = view.Map.BeginningAt(at).ToList();
        var shade = owner.IsGap ? "g" : owner.Number % 2 == 0 ? "y" : "x";
        html.Append("<td class=\"").Append(shade).Append(beginning.Count > 0 ? " b\"" : "\"");
        if (beginning.Any(entry => entry.Number > 0))
        {
            var (first, last) = (beginning[0].Number, beginning[^1].Number);
            html.Append(InvariantText.Format($" data-n=\"{first}{(first == last ? "" : "…")}\""));
        }

        html.Append(" title=\"")
            .Append(Encode(string.Join(
                ", ", beginning.Count > 0 ? beginning.Select(entry => entry.Field.Name) : [owner.Field.Name])))
            .Append("\">").Append(Octets.Hex(view.Bytes.Span.Slice(at, 1))).Append("</td>");
    }

    private static void AppendFields(StringBuilder html, ByteView view)
    {
        html.Append("<table class=\"course-table\"><thead><tr>")
            .Append("<th class=n>no</th><th class=n>offset</th>")
            .Append("<th>bytes</th><th>field</th><th>value</th><th>meaning</th></tr></thead><tbody>");
        ByteSection? section = null;
        foreach (var entry in view.Map.Entries.Take(ByteRows.MaxRows))
        {
            if (view.Sections.Count > 1 && entry.Section != section)
            {
                section = entry.Section;
                html.Append("<tr class=\"section\"><th colspan=\"6\">")
                    .Append(Encode($"{section!.Protocol}, {InvariantText.Of(section.Layer)} layer")).Append("</th></tr>");
            }

            var field = entry.Field;
            html.Append(entry.IsGap ? "<tr class=\"gap\">" : "<tr>")
                .Append(InvariantText.Format($"<td class=n>{(entry.Number == 0 ? "" : $"{entry.Number}")}</td>"))
                .Append(InvariantText.Format($"<td class=n>{field.Offset}</td><td class=\"hex\">"))
                .Append(Encode(ByteViewText.Bytes(view, field)))
                .Append(field.Bits is null && field.Length > 8 ? InvariantText.Format($" ({field.Length:N0})") : "")
                .Append(InvariantText.Format($"</td><td style=\"padding-left: {0.5 + 1.1 * entry.Depth:0.0}em\">"))
                .Append(field.Parts.Count > 0 ? "<b>" : "").Append(Breakable(field.Name))
                .Append(field.Parts.Count > 0 ? "</b>" : "")
                .Append("</td><td class=\"value\">").Append(Breakable(Octets.Shorten(field.Value, ValueLength)))
                .Append("</td><td class=\"meaning\">").Append(Breakable(field.Meaning)).Append("</td></tr>");
        }

        html.Append("</tbody></table>");
        if (view.Map.Entries.Count > ByteRows.MaxRows)
        {
            html.Append("<p class=\"course-note\">")
                .Append(InvariantText.Format($"{view.Map.Entries.Count - ByteRows.MaxRows:N0} more fields are not shown.</p>"));
        }
    }

    /// <summary>Encodes text so that a browser may break a line inside a long name, such as that of a cipher suite.</summary>
    private static string Breakable(string text) => Encode(text).Replace("_", "_<wbr>", StringComparison.Ordinal);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
