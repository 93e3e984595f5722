using System.Net;

namespace NetworkingCourse.Figures;

/// <summary>The script that a page needs once to draw its figures, and a standalone page for one figure.</summary>
public static class FigurePage
{
    private static readonly Lazy<string> Element = new(() =>
    {
        var draw = new StreamReader(typeof(FigurePage).Assembly.GetManifestResourceStream("draw.js")!).ReadToEnd();
        // plotly.js registers with an AMD loader, such as the classic notebook's, instead of setting a
        // global. So the loader is hidden from it.
        return "<script>if (!window.Plotly) { (function (define, module, exports) {\n"
            + $"{Safe(FigureRenderer.Current.Script)}\n}}).call(window); }}\n{draw}</script>";
    });

    /// <summary>
    /// The script element that draws figures: plotly.js and the course's additions. A page needs
    /// it once, before or after its figures.
    /// </summary>
    public static string Script() => Element.Value;

    internal static string Standalone(Figure figure) => Standalone(figure.Title, figure.ToHtml());

    /// <summary>A page that needs no other file.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="body">Its content as HTML, with figures.</param>
    internal static string Standalone(string title, string body) =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        :root {"{"} color-scheme: light dark; {"}"}
        body {"{"} font-family: system-ui, sans-serif; margin: 1.5em; {"}"}
        </style>
        </head>
        <body>
        {body}
        {Script()}
        </body>
        </html>
        """;

    // A script element ends at the first "</script", even inside a string or a comment.
    private static string Safe(string script) => script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
}
