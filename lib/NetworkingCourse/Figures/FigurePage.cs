using System.Net;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Figures;

/// <summary>The script that a page needs once to draw its figures, and a standalone page for one figure.</summary>
public static partial class FigurePage
{
    private static readonly Lazy<string> Text = new(() => Resource("unpack.js")
        .Replace("/* draw */", Resource("draw.js"), StringComparison.Ordinal)
        .Replace("packed text", Base85.Encode(FigureRenderer.Current.ReadPackedScript()), StringComparison.Ordinal));

    private static readonly Lazy<string> Element = new(() => $"<script data-course=\"drawing\">{Text.Value}</script>");

    /// <summary>
    /// The source text of the script that draws the figures of a page, for a site that keeps it in a file: plotly.js, compressed,
    /// and the course's additions.
    /// </summary>
    public static string Source => Text.Value;

    /// <summary>
    /// The script element that draws figures: plotly.js, compressed, and the course's additions. A page needs
    /// it once, before or after its figures.
    /// </summary>
    public static string Script() => Element.Value;

    /// <summary>Removes the element of <see cref="Script"/> where there is no figure, or where files replace it.</summary>
    public static string WithoutScript(string html) => ScriptElement().Replace(html, "");

    /// <summary>
    /// Empties the elements that hold the data of figures, where files keep the data. The elements stay: they say where a figure
    /// ends.
    /// </summary>
    public static string WithoutData(string html) => DataElement().Replace(html, "$1$2");

    internal static string Standalone(Figure figure) => Standalone(figure.Title, figure.ToHtml());

    /// <summary>A page that needs no other file.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="body">Its content as HTML, with figures.</param>
    public static string Standalone(string title, string body) =>
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

    // Without comments and indentation, because every notebook with a figure has a copy.
    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(FigurePage).Assembly.GetManifestResourceStream(name)!);
        return string.Join('\n', reader.ReadToEnd()
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("//", StringComparison.Ordinal)));
    }

    [GeneratedRegex("<script data-course=\"drawing\">.*?</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptElement();

    [GeneratedRegex(
        "(<script type=\"application/vnd\\.networking-course\\.figure\\+json\">).*?(</script>)", RegexOptions.Singleline)]
    private static partial Regex DataElement();
}
