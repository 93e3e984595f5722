using System.Text.Json;
using System.Text.Json.Nodes;
using HtmlAgilityPack;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>Finds the figures in an executed notebook: their data lie inside the HTML that drew them.</summary>
internal static class FigureExtraction
{
    public static IEnumerable<Figure> Of(Notebook notebook) => notebook.CodeCells.SelectMany(Of);

    public static IEnumerable<Figure> Of(NotebookCell cell) =>
        cell.Outputs.SelectMany(output => output?["data"]?["text/html"] is { } html ? Of(Text(html)) : []);

    private static IEnumerable<Figure> Of(string html)
    {
        // Most outputs hold none; and one, the notebook's first, holds megabytes of script.
        if (!html.Contains($"type=\"{Figure.MediaType}\"", StringComparison.Ordinal))
        {
            yield break;
        }

        var document = new HtmlDocument();
        document.LoadHtml(html);
        foreach (var script in document.DocumentNode.SelectNodes($"//script[@type='{Figure.MediaType}']") ?? Enumerable.Empty<HtmlNode>())
        {
            if (Parse(script.InnerHtml) is { } figure)
            {
                yield return figure;
            }
        }
    }

    private static Figure? Parse(string json)
    {
        try
        {
            return Figure.FromJson(json);
        }
        catch (JsonException)
        {
            // Somebody else's script under our name, or a figure of another version: no reason to lose the notebook.
            return null;
        }
    }

    private static string Text(JsonNode data) => data is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)data ?? "";
}
