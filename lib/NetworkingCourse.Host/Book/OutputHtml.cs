using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Book;

/// <summary>The outputs of a lesson's cells as HTML, without what a page needs only once.</summary>
/// <param name="figures">The paths of the lesson's figures below the top folder, without extension; null: no links.</param>
/// <param name="page">The page that shows them.</param>
internal sealed partial class OutputHtml(IReadOnlyList<string?> figures, string page)
{
    private const string Waiting =
        "This chart is drawn when you run the cells again, or trust the notebook (File › Trust Notebook). ";
    private readonly HashSet<string> _styles = [];
    private int _figures;

    /// <summary>The style elements of all outputs so far, each once.</summary>
    public string Styles => string.Join('\n', _styles);

    /// <summary>The outputs of a cell.</summary>
    public string Of(NotebookCell cell)
    {
        var html = string.Concat(cell.Outputs.OfType<JsonObject>().Select(Of));
        return html.Length == 0 ? "" : $"<div class=\"output\">{html}</div>\n";
    }

    /// <summary>A fragment that the library has made: its styles are kept for the head, and figures get their links.</summary>
    public string Fragment(string html)
    {
        html = Style().Replace(FigurePage.WithoutScript(html), style =>
        {
            _styles.Add(style.Value);
            return "";
        });
        return Data().Replace(html, _ => Links(figures.ElementAtOrDefault(_figures++)))
            .Replace(WebUtility.HtmlEncode(Waiting), "", StringComparison.Ordinal)
            .Replace(Waiting, "", StringComparison.Ordinal);
    }

    private string Links(string? figure)
    {
        if (figure is null)
        {
            return "";
        }

        var link = SitePath.Link(page, figure);
        // Paper gets the picture instead of the chart, which was drawn for the width of a screen.
        var printed = $"<img class=\"printed\" src=\"{link}.svg\" alt=\"\">";
        var picture = $"<a href=\"{link}.svg\">as a picture (SVG)</a>";
        var data = $"its data: <a href=\"{link}.json\">JSON</a>, <a href=\"{link}.csv\">CSV</a>";
        return page == figure + ".html"
            ? $"{printed}<p class=\"files\">This chart {picture} · {data}</p>"
            : $"{printed}<p class=\"files\"><a href=\"{link}.html\">This chart on a page of its own</a> · "
                + $"{picture} · {data}</p>";
    }

    private string Of(JsonObject output) => (string?)output["output_type"] switch
    {
        "stream" => Pre((string?)output["name"] == "stderr" ? "stderr" : "stdout", Text(output["text"])),
        "error" => Pre("error", string.Join('\n', output["traceback"]?.AsArray().Select(line => (string?)line) ?? [])),
        _ => Data(output["data"] as JsonObject ?? []),
    };

    private string Data(JsonObject data) =>
        data["text/html"] is { } html ? Fragment(Text(html))
        : data["image/svg+xml"] is { } drawing ? Text(drawing)
        : data["image/png"] is { } picture ? $"<img alt=\"\" src=\"data:image/png;base64,{Text(picture).Trim()}\">"
        : data["text/markdown"] is { } text
            ? string.Concat(BookMarkdown.Parse(Text(text), link => link).Select(BookMarkdown.Html))
        : data["text/plain"] is { } plain ? Pre("value", Text(plain))
        : "";

    private static string Pre(string kind, string text)
    {
        var shown = Escapes().Replace(text, "");
        return $"<pre class=\"{kind}{(Columns().IsMatch(shown) ? "" : " prose")}\">{WebUtility.HtmlEncode(shown)}</pre>\n";
    }

    private static string Text(JsonNode? node) => node switch
    {
        JsonArray lines => new StringBuilder().AppendJoin("", lines.Select(line => (string?)line)).ToString(),
        _ => (string?)node ?? "",
    };

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<script type=\"application/vnd\\.networking-course\\.figure\\+json\">.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Data();

    // Texts in columns and drawings in letters would be torn apart if their lines went on in a next one.
    [GeneratedRegex(@"\S[ ]{2,}\S|\t|[\u2500-\u257f]")]
    private static partial Regex Columns();

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Escapes();
}
