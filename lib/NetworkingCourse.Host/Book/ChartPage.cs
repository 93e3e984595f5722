using System.Net;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Book;

/// <summary>The page of one figure.</summary>
internal static class ChartPage
{
    /// <param name="figure">The figure.</param>
    /// <param name="path">Its path below the top folder, without extension.</param>
    /// <param name="lesson">The lesson that shows it.</param>
    public static Page Of(Figure figure, string path, Lesson lesson)
    {
        var page = path + ".html";
        var outputs = new OutputHtml([path], page);
        var chart = outputs.Fragment(figure.ToHtml());
        var title = WebUtility.HtmlEncode(lesson.Title);
        var back = $"<p>From the lesson <a href=\"{SitePath.Link(page, lesson.Page)}\">{title}</a></p>";
        var body = $"<h1>{WebUtility.HtmlEncode(figure.Title)}</h1>\n{back}\n<div class=\"output\">{chart}</div>\n";
        return new Page(page, figure.Title, body) { Styles = outputs.Styles };
    }
}
