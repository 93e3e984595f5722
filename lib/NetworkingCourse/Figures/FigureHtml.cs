using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Figures;

/// <summary>A figure as a fragment of a page: the place for the chart, the data as a folded table, and the call that draws.</summary>
internal static class FigureHtml
{
    private const int TableRows = 200;

    public static string Fragment(Figure figure)
    {
        var id = "course-figure-" + Guid.NewGuid().ToString("N");
        var title = WebUtility.HtmlEncode(figure.Title);
        var html = new StringBuilder(Style.Sheet);
        html.Append("<div class=\"course-figure\"><div id=\"").Append(id).Append("\" role=\"img\" aria-label=\"").Append(title).Append("\">")
            .Append("<p><b>").Append(title).Append("</b><br><span class=\"course-note\">This chart is drawn by the script that the notebook's first code cell brings; ")
            .Append("where scripts do not run, the data below say the same.</span></p></div>")
            .Append("<p class=\"course-note\">").Append(WebUtility.HtmlEncode(figure.Caption)).Append("</p>")
            .Append("<details><summary>The data</summary>").Append(figure.ToTable(TableRows).ToHtml())
            .Append("<p class=\"course-note\">").Append(WebUtility.HtmlEncode(figure.Made.ToString())).Append("</p></details>")
            .Append("<script type=\"").Append(Figure.MediaType).Append("\">").Append(InScript(figure.ToJson())).Append("</script>")
            // Whoever comes first, this call or the script that draws: the list holds the call until it can be answered.
            .Append("<script>(window.networkingCourseFigures = window.networkingCourseFigures || []).push([\"").Append(id).Append("\", ")
            .Append(InScript(FigureRenderer.Current.ToSpecification(figure))).Append("]);</script></div>");
        return html.ToString();
    }

    /// <summary>JSON as it may stand inside a script element: nothing in it can end the element.</summary>
    private static string InScript(string json) => json.Replace("<", "\\u003c", StringComparison.Ordinal);
}
