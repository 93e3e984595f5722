using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Figures;

/// <summary>
/// Formats a figure as an HTML fragment: a placeholder for the chart, the data as a collapsed
/// table, and the call that draws the chart.
/// </summary>
internal static class FigureHtml
{
    private const int TableRows = 200;

    public static string Fragment(Figure figure)
    {
        var id = "course-figure-" + Guid.NewGuid().ToString("N");
        var title = WebUtility.HtmlEncode(figure.Title);
        var html = new StringBuilder(Style.Sheet);
        html.Append("<div class=\"course-figure\"><div id=\"").Append(id)
            .Append("\" role=\"img\" aria-label=\"").Append(title).Append("\">")
            .Append("<p><b>").Append(title).Append("</b><br><span class=\"course-note\">")
            .Append("This chart is drawn when you run the cells again, or trust the notebook (File › Trust Notebook). ")
            .Append("Where scripts do not run, the data below show the same.</span></p></div>")
            .Append("<p class=\"course-note\">").Append(WebUtility.HtmlEncode(figure.Caption)).Append("</p>")
            .Append("<details><summary>The data</summary>").Append(figure.ToTable(TableRows).ToHtml())
            .Append("<p class=\"course-note\">").Append(WebUtility.HtmlEncode(figure.Made.ToString())).Append("</p></details>")
            .Append("<script type=\"").Append(Figure.MediaType).Append("\">")
            .Append(InScript(figure.ToJson())).Append("</script>")
            // Works whether this call or the drawing script comes first: the list holds the call until the script handles it.
            .Append("<script>(window.networkingCourseFigures = window.networkingCourseFigures || []).push([\"")
            .Append(id).Append("\", ")
            .Append(InScript(FigureRenderer.Current.ToSpecification(figure))).Append("]);</script></div>");
        return html.ToString();
    }

    /// <summary>Escapes JSON for use inside a script element, so that nothing in it can end the element.</summary>
    private static string InScript(string json) => json.Replace("<", "\\u003c", StringComparison.Ordinal);
}
