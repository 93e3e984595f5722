using System.Net;

namespace NetworkingCourse.Figures;

/// <summary>What a page needs once so that its figures are drawn, and a page for one figure.</summary>
public static class FigurePage
{
    private static readonly Lazy<string> Element = new(() =>
    {
        var draw = new StreamReader(typeof(FigurePage).Assembly.GetManifestResourceStream("draw.js")!).ReadToEnd();
        // plotly.js offers itself to AMD loaders, which the classic notebook has, and then sets no global; so it must not see them.
        return $"<script>if (!window.Plotly) {{ (function (define, module, exports) {{\n{Safe(FigureRenderer.Current.Script)}\n}}).call(window); }}\n{draw}</script>";
    });

    /// <summary>The script element that draws figures: plotly.js and what the course adds. Once a page, before or after its figures.</summary>
    public static string Script() => Element.Value;

    internal static string Standalone(Figure figure) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{WebUtility.HtmlEncode(figure.Title)}</title>
        <style>
        :root {"{"} color-scheme: light dark; {"}"}
        body {"{"} font-family: system-ui, sans-serif; margin: 1.5em; {"}"}
        </style>
        </head>
        <body>
        {figure.ToHtml()}
        {Script()}
        </body>
        </html>
        """;

    // A script element ends at the first "</script", wherever it stands.
    private static string Safe(string script) => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
}
