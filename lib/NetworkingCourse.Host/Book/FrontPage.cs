using System.Net;
using System.Text;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Book;

/// <summary>The front page: what this is, a chart of this machine, and the chapters with their lessons and figures.</summary>
internal static class FrontPage
{
    private const string About =
        "Computer networks, in C# that runs. This book shows the lessons as they ran on one machine: their text, their code, "
        + "every output, and charts with the prediction of theory drawn over the measurement. To run the cells yourself, and to "
        + "solve the exercises, open the notebooks of the course.";

    /// <param name="contents">The lessons.</param>
    /// <param name="written">The notebooks that this run has written. All others are marked as results of earlier runs.</param>
    /// <param name="read">Reads the figure with a path, given without extension; returns null if it no longer exists.</param>
    public static Page Of(Contents contents, IReadOnlySet<string> written, Func<string, Figure?> read)
    {
        var body = new StringBuilder("<h1>Networking Course</h1>\n").Add($"<p class=\"about\">{About}</p>\n")
            .Add(Overviews(contents));
        var shown = contents.Lessons.SelectMany(lesson => lesson.Record.Figures).FirstOrDefault(path => read(path) is not null);
        var outputs = new OutputHtml(shown is null ? [] : [shown], SitePath.Front);
        if (shown is not null)
        {
            body.Add($"<div class=\"output\">{outputs.Fragment(read(shown)!.ToHtml())}</div>\n");
        }

        body.Add($"<p class=\"made\">Last run: {Encode(Provenance.Here().ToString())}</p>\n");
        foreach (var chapter in contents.Chapters)
        {
            var title = Encode(chapter.Title);
            var link = chapter.Folder.Length == 0 ? title : $"<a href=\"{SitePath.OfChapter(chapter.Folder)}\">{title}</a>";
            body.Add($"<section class=\"chapter\">\n<h2>{link}</h2>\n");
            foreach (var lesson in chapter.Lessons)
            {
                Append(body, lesson, isEarlier: !written.Contains(lesson.Name), read);
            }

            body.Add("</section>\n");
        }

        var next = contents.Lessons.Count > 0 ? contents.Lessons[0] : null;
        return new Page(SitePath.Front, "Networking Course", body.ToString())
        {
            Styles = outputs.Styles,
            Next = next is null ? null : (next.Page, next.Title),
        };
    }

    // The list of contents has them too, but is folded on a phone.
    private static string Overviews(Contents contents)
    {
        var links = PageFrame.Overviews(contents)
            .Select(page => $"<a href=\"{SitePath.Link(SitePath.Front, page.Path)}\">{page.Title.ToLowerInvariant()}</a>")
            .ToList();
        return links.Count == 0 ? "" : $"<p>See also the {string.Join(" and the ", links)}.</p>\n";
    }

    private static void Append(StringBuilder body, Lesson lesson, bool isEarlier, Func<string, Figure?> read)
    {
        var record = lesson.Record;
        var page = SitePath.Link(SitePath.Front, lesson.Page);
        body.Add($"<article id=\"{Encode(lesson.Anchor)}\"{(isEarlier ? " class=\"earlier\"" : "")}>\n")
            .Add($"<h3><a href=\"{page}\">{Encode(lesson.Title)}</a></h3>\n");
        if (isEarlier)
        {
            body.Add("<p class=\"earlier-note\">From an earlier run, not from the last one. Made: ")
                .Add(Encode(record.Made?.ToString() ?? "date unknown")).Add("</p>\n");
        }

        if (!record.Succeeded)
        {
            body.Add($"<p class=\"failed\">{Encode(record.Outcome)}</p>\n");
        }

        var notebook = SitePath.Link(SitePath.Front, $"{SitePath.Notebooks}/{lesson.Name}");
        var elapsed = record.Seconds is { } seconds ? FormattableString.Invariant($", run in {seconds:F1} s") : "";
        // A browser would show the file as what it is, a text in JSON.
        body.Add($"<p class=\"files\"><a href=\"{notebook}\" download>Notebook with outputs</a> (for Jupyter and VS Code)")
            .Add($"{elapsed}</p>\n");
        Append(body, record.Figures, read);
        body.Add("</article>\n");
    }

    private static void Append(StringBuilder body, IReadOnlyList<string> figures, Func<string, Figure?> read)
    {
        if (figures.Count == 0)
        {
            return;
        }

        var charts = figures.Count == 1 ? "1 chart" : FormattableString.Invariant($"{figures.Count} charts");
        body.Add($"<details><summary>{charts}</summary>\n<ul>\n");
        foreach (var path in figures)
        {
            body.Add(read(path) is { } figure
                ? $"<li><a href=\"{SitePath.Link(SitePath.Front, path)}.html\">{Encode(figure.Title)}</a></li>\n"
                : $"<li class=\"failed\">The data of this figure no longer exists: {Encode(path)}.json</li>\n");
        }

        body.Add("</ul>\n</details>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
