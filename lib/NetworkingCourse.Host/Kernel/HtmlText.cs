using System.Text;
using System.Text.RegularExpressions;
using HtmlAgilityPack;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Converts HTML to text for front ends that do not show HTML: tables become columns, and collapsible sections are expanded. It
/// starts from the HTML, not from the value, because a value may have changed when it is formatted a second time.
/// </summary>
internal static partial class HtmlText
{
    private const string Gap = "  ";

    public static string Of(string html)
    {
        var document = new HtmlDocument();
        document.LoadHtml(html);
        return Children(document.DocumentNode).Trim('\n');
    }

    private static string Children(HtmlNode parent)
    {
        var text = new StringBuilder();
        foreach (var child in parent.ChildNodes)
        {
            var isBlock = child.Name is "div" or "p" or "pre" or "table" or "details" or "summary" or "ul" or "ol" or "li" or "hr"
                or "h1" or "h2" or "h3" or "h4" or "h5" or "h6";
            var written = Written(child);
            if (isBlock && written.Length > 0 && text.Length > 0 && text[^1] != '\n')
            {
                text.Append('\n');
            }

            // White space at the beginning of a line is not shown.
            text.Append(!isBlock && (text.Length == 0 || text[^1] == '\n') ? written.TrimStart(' ') : written);
            if (isBlock && written.Length > 0)
            {
                text.Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n', ' ');
    }

    private static string Written(HtmlNode node) => node.Name switch
    {
        "#text" => WhiteSpace().Replace(HtmlEntity.DeEntitize(node.InnerText), " "),
        "#comment" or "style" or "script" or "head" or "template" => "",
        "br" => "\n",
        "img" => node.GetAttributeValue("alt", ""),
        "svg" => node.SelectSingleNode("*[local-name()='title']")?.InnerText ?? "(a picture)",
        "pre" => HtmlEntity.DeEntitize(node.InnerText).ReplaceLineEndings("\n").TrimEnd('\n'),
        "table" => Table(node),
        "details" => Details(node),
        _ => Children(node),
    };

    private static string Details(HtmlNode node)
    {
        var parts = node.ChildNodes.ToLookup(child => child.Name == "summary", Written);
        var inside = string.Join('\n', parts[false].Where(text => text.Trim().Length > 0));
        var indented = inside.Length == 0 ? "" : "\n" + Gap + inside.Replace("\n", "\n" + Gap, StringComparison.Ordinal);
        return string.Concat(parts[true]) + indented;
    }

    private static string Table(HtmlNode table)
    {
        var rows = Rows(table)
            .Select(row => row.ChildNodes
                .Where(cell => cell.Name is "td" or "th")
                .Select(cell => Written(cell).Split('\n'))
                .ToList())
            .Where(cells => cells.Count > 0).ToList();
        if (rows.Count == 0)
        {
            return "";
        }

        // A cell that spans several columns, such as a remark below a table, has no effect on their widths.
        var columns = rows.Max(cells => cells.Count);
        var widths = Enumerable.Range(0, columns)
            .Select(column => rows.Where(cells => cells.Count == columns).Max(cells => cells[column].Max(line => line.Length)))
            .ToList();
        return string.Join('\n', rows.Select(cells => Row(cells, widths)));
    }

    private static IEnumerable<HtmlNode> Rows(HtmlNode part) => part.ChildNodes.SelectMany(
        child => child.Name is "thead" or "tbody" or "tfoot" ? Rows(child) : child.Name == "tr" ? [child] : []);

    private static string Row(List<string[]> cells, List<int> widths)
    {
        return string.Join('\n', Enumerable.Range(0, cells.Max(lines => lines.Length)).Select(Line));

        string Line(int number) => string.Join(
            Gap,
            cells.Select((lines, column) => (number < lines.Length ? lines[number] : "").PadRight(widths[column]))).TrimEnd();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
