using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Book;

/// <summary>What every page of the book has: its head, the contents, the search, the switches, and its neighbours.</summary>
internal static partial class PageFrame
{
    /// <summary>The pages that show the lessons in another order than theirs.</summary>
    public static IEnumerable<(string Title, string Path)> Overviews(Contents contents)
    {
        if (contents.HasMap)
        {
            yield return ("Map of the lessons", MapPage.Path);
        }

        if (contents.GlossaryText is not null)
        {
            yield return ("Glossary", Glossary.Page);
        }
    }

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
            <button id="slides" type="button" aria-pressed="false" title="A step a screen; arrow keys go on">Slides</button>
            <button id="theme" type="button">Dark</button>
            </header>
            <div class="columns">
            <nav class="contents" aria-label="Contents"><details><summary>Contents</summary>
            {ContentsList(page, contents)}</details></nav>
            <main id="main">
            {EmptyHead().Replace(page.Body, "<td></td>")}{Neighbours(page)}</main>
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
        if (page.PartOf is not null)
        {
            html.Add($"<p><a href=\"{SitePath.Link(page.Path, SitePath.Front)}\">All lessons</a></p>\n");
        }

        foreach (var chapter in contents.Chapters)
        {
            var lessons = chapter.Lessons.Where(lesson => page.PartOf is null || page.PartOf.Name == lesson.Name).ToList();
            var link = SitePath.Link(page.Path, SitePath.OfChapter(chapter.Folder));
            html.Add(chapter.Folder.Length == 0 ? "" : $"<p><a href=\"{link}\">{Encode(chapter.Title)}</a></p>\n")
                .Add(lessons.Count == 0 ? "" : "<ul>\n");
            foreach (var lesson in lessons)
            {
                var here = lesson.Page == page.Path ? " aria-current=\"page\"" : "";
                html.Add($"<li><a href=\"{SitePath.Link(page.Path, lesson.Page)}\"{here}>{Encode(lesson.Title)}</a>")
                    .Add(here.Length > 0 ? SectionList(page) : "").Add("</li>\n");
            }

            html.Add(lessons.Count == 0 ? "" : "</ul>\n");
        }

        foreach (var (title, path) in Overviews(contents))
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

    // Who listens to a page would be told of a heading, and then nothing.
    [GeneratedRegex("<th( class=n)?></th>")]
    private static partial Regex EmptyHead();
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

    /// <summary>The lesson of a chart's page. Such pages are many, and their contents list no other lesson.</summary>
    public Lesson? PartOf { get; init; }

    public (string Path, string Title)? Previous { get; init; }

    public (string Path, string Title)? Next { get; init; }
}
