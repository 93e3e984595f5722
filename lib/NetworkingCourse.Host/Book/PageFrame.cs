using System.Net;
using System.Text;

namespace NetworkingCourse.Host.Book;

/// <summary>What every page of the book has: its head, the contents, the search, the switches, and its neighbours.</summary>
internal static class PageFrame
{
    /// <summary>A whole page.</summary>
    /// <param name="page">What is on it.</param>
    /// <param name="contents">The lessons of the book.</param>
    public static string Html(Page page, Contents contents)
    {
        string Link(string to) => SitePath.Link(page.Path, to);
        var name = page.Path == SitePath.Front ? page.Title : $"{page.Title} · Networking Course";
        return $"""
            <!DOCTYPE html>
            <html lang="en" data-top="{Link("")}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(name)}</title>
            {page.Styles}
            <link rel="stylesheet" href="{Link(Assets.Path("book.css"))}">
            <link rel="stylesheet" href="{Link(Assets.Path("print.css"))}" media="print">
            <script src="{Link(Assets.Path("theme.js"))}"></script>
            {Scripts(Link, page.HasFigures ? [Assets.Plotly, .. Assets.Scripts] : Assets.Scripts)}
            </head>
            <body>
            <a class="skip" href="#main">To the text</a>
            <header class="bar">
            <a class="home" href="{Link(SitePath.Front)}">Networking Course</a>
            <div class="search" role="search">
            <input id="search" type="search" placeholder="Search" aria-label="Search the course" autocomplete="off"
              role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list">
            <ul id="found" role="listbox" aria-label="Search results" hidden></ul>
            </div>
            <button id="slides" type="button" aria-pressed="false" title="One section a screen; arrow keys go on">Slides</button>
            <button id="theme" type="button">Dark</button>
            </header>
            <div class="columns">
            <nav class="contents" aria-label="Contents"><details><summary>Contents</summary>
            {ContentsList(page, contents)}</details></nav>
            <main id="main">
            {page.Body}{Neighbours(page)}</main>
            </div>
            </body>
            </html>

            """;
    }

    private static string Scripts(Func<string, string> link, IEnumerable<string> names) =>
        string.Concat(names.Select(name => $"<script defer src=\"{link(Assets.Path(name))}\"></script>\n"));

    private static string ContentsList(Page page, Contents contents)
    {
        var html = new StringBuilder();
        foreach (var chapter in contents.Chapters)
        {
            var link = SitePath.Link(page.Path, SitePath.OfChapter(chapter.Folder));
            html.Add(chapter.Folder.Length == 0 ? "" : $"<p><a href=\"{link}\">{Encode(chapter.Title)}</a></p>\n").Add("<ul>\n");
            foreach (var lesson in chapter.Lessons)
            {
                var here = lesson.Page == page.Path ? " aria-current=\"page\"" : "";
                html.Add($"<li><a href=\"{SitePath.Link(page.Path, lesson.Page)}\"{here}>{Encode(lesson.Title)}</a>")
                    .Add(here.Length > 0 ? SectionList(page) : "").Add("</li>\n");
            }

            html.Add("</ul>\n");
        }

        var others = new[]
        {
            (Title: "Map of the lessons", Path: MapPage.Path, IsThere: contents.HasMap),
            (Title: "Glossary", Path: Glossary.Page, IsThere: contents.GlossaryText is not null),
        };
        foreach (var (title, path, _) in others.Where(other => other.IsThere))
        {
            html.Add($"<p><a href=\"{SitePath.Link(page.Path, path)}\">{title}</a></p>\n");
        }

        return html.ToString();
    }

    private static string SectionList(Page page) =>
        page.Sections.Where(section => section.Level == 2)
            .Select(section => $"<li><a href=\"#{section.Anchor}\">{Encode(section.Title)}</a></li>\n")
            .ToList() is { Count: > 0 } items
                ? $"\n<ul>\n{string.Concat(items)}</ul>\n"
                : "";

    private static string Neighbours(Page page)
    {
        string Neighbour(string kind, string word, (string Path, string Title)? to) => to is { } target
            ? $"<a rel=\"{kind}\" href=\"{SitePath.Link(page.Path, target.Path)}\">"
                + $"<span>{word}</span> {Encode(target.Title)}</a>\n"
            : "";
        var links = Neighbour("prev", "Previous", page.Previous) + Neighbour("next", "Next", page.Next);
        return links.Length == 0 ? "" : $"<nav class=\"neighbours\" aria-label=\"Neighbouring pages\">\n{links}</nav>\n";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>A page of the book without its frame.</summary>
/// <param name="Path">Its path below the top folder.</param>
/// <param name="Title">Its title as text.</param>
/// <param name="Body">Its content as HTML.</param>
internal sealed record Page(string Path, string Title, string Body)
{
    /// <summary>Style elements for its head.</summary>
    public string Styles { get; init; } = "";

    public bool HasFigures => Body.Contains("class=\"course-figure\"", StringComparison.Ordinal);

    public IReadOnlyList<Section> Sections { get; init; } = [];

    public (string Path, string Title)? Previous { get; init; }

    public (string Path, string Title)? Next { get; init; }
}
