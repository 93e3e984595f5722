using System.Text.Json;
using System.Text.Json.Nodes;
using HtmlAgilityPack;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>Extracts the figures of an executed notebook. The HTML that draws a figure also contains its data.</summary>
internal static class FigureExtraction
{
    /// <summary>Whether any output draws a figure, of whatever version.</summary>
    public static bool HasAny(Notebook notebook) => notebook.CodeCells
        .SelectMany(cell => cell.Outputs)
        .Any(output => output?["data"]?["text/html"] is { } html
            && Text(html).Contains("class=\"course-figure\"", StringComparison.Ordinal));

    public static IEnumerable<Figure> Of(Notebook notebook) => notebook.CodeCells.SelectMany(Of);

    public static IEnumerable<Figure> Of(NotebookCell cell) =>
        cell.Outputs.SelectMany(output => output?["data"]?["text/html"] is { } html ? Of(Text(html)) : []);

    private static IEnumerable<Figure> Of(string html)
    {
        // Most outputs contain no figure, and the notebook's first output contains megabytes of script, so neither is parsed.
        if (!html.Contains($"type=\"{Figure.MediaType}\"", StringComparison.Ordinal))
        {
            yield break;
        }

        var document = new HtmlDocument();
        document.LoadHtml(html);
        foreach (var script in document.DocumentNode.SelectNodes($"//script[@type='{Figure.MediaType}']")
            ?? Enumerable.Empty<HtmlNode>())
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
            // Another program's script with this media type, or a figure of another version. Other figures are unaffected.
            return null;
        }
    }

    /// <summary>The text of an output, which nbformat stores as a list of lines or as one string.</summary>
    public static string Text(JsonNode data) =>
        data is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)data ?? "";
}
