using System.Net;

namespace NetworkingCourse.Host.Book;

/// <summary>The page of a chapter: its README, or a list of its lessons if it has none.</summary>
internal static class ChapterPage
{
    public static Page Of(Chapter chapter, Contents contents)
    {
        var path = SitePath.OfChapter(chapter.Folder);
        var sections = new Sections();
        if (contents.ReadMe(chapter.Folder) is { } text)
        {
            sections.Add(BookMarkdown.Parse(text, link => contents.Resolve(path, chapter.Folder + "/README.md", link)));
        }
        else
        {
            sections.Begin(WebUtility.HtmlEncode(chapter.Title), 1);
            var lessons = chapter.Lessons.Select(lesson =>
                $"<li><a href=\"{SitePath.Link(path, lesson.Page)}\">{WebUtility.HtmlEncode(lesson.Title)}</a></li>\n");
            sections.AddHtml($"<ul>\n{string.Concat(lessons)}</ul>\n");
        }

        var first = chapter.Lessons[0];
        return new Page(path, chapter.Title, sections.ToHtml()) { Sections = sections.All, Next = (first.Page, first.Title) };
    }
}
