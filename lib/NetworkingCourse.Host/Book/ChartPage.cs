using System.Net;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Book;

/// <summary>The page of one figure, which leads to the lesson's other figures.</summary>
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
        var index = lesson.Record.Figures.ToList().IndexOf(path);
        var back = $"<p>{Name(index, lesson)} in the lesson <a href=\"{SitePath.Link(page, lesson.Page)}\">{title}</a></p>";
        // The chart shows its title itself.
        var heading = $"<h1 class=\"unseen\">{WebUtility.HtmlEncode(figure.Title)}</h1>";
        return new Page(page, figure.Title, $"{heading}\n{back}\n<div class=\"output\">{chart}</div>\n")
        {
            Styles = outputs.Styles,
            PartOf = lesson,
            Previous = Neighbour(index - 1, lesson),
            Next = Neighbour(index + 1, lesson),
        };
    }

    private static string Name(int index, Lesson lesson) =>
        FormattableString.Invariant($"Chart {index + 1} of {lesson.Record.Figures.Count}");

    private static (string Path, string Title)? Neighbour(int index, Lesson lesson) =>
        lesson.Record.Figures.ElementAtOrDefault(index) is { } path ? (path + ".html", Name(index, lesson)) : null;
}
