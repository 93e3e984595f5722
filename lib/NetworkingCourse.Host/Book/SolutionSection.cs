using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Book;

/// <summary>The solutions at the end of a lesson's page, folded: their text and code.</summary>
internal static class SolutionSection
{
    public static void Add(Sections sections, string file, Lesson lesson, Contents contents)
    {
        var notebook = Notebook.ReadExecuted(file);
        var colours = CodeColours.Html([.. notebook.CodeCells.Select(cell => cell.Source)]);
        var name = $"{SitePath.Solutions}/{lesson.Name}";
        sections.Begin("Solutions", 2, SitePath.Solutions);
        sections.AddHtml("<details class=\"solutions\"><summary>Try first. Then compare: show the solutions</summary>\n");
        var code = 0;
        foreach (var cell in notebook.Cells)
        {
            if (!cell.IsCode)
            {
                foreach (var block in BookMarkdown.Parse(cell.Source, link => contents.Resolve(lesson.Page, name, link)))
                {
                    // In the notebook, its first cell leads to the lesson. In the book, that is the same page.
                    if (cell != notebook.Cells[0] || !LeadsTo(SitePath.Link(lesson.Page, lesson.Page), block))
                    {
                        Add(sections, block);
                    }
                }
            }
            else if (colours[code++] is var html && !IsHousekeeping(cell.Source))
            {
                sections.AddHtml(LessonPage.Code(cell, html));
            }
        }

        sections.AddHtml("</details>\n");
    }

    // Headings are one level below "Solutions"; the title of the notebook is that heading.
    private static void Add(Sections sections, Block block)
    {
        if (block is not HeadingBlock heading)
        {
            sections.AddHtml(BookMarkdown.Html(block));
        }
        else if (heading.Level > 1)
        {
            sections.AddHeading(BookMarkdown.Words(heading), 3);
        }
    }

    private static bool LeadsTo(string page, Block block) =>
        block is LeafBlock { Inline: { } words } && words.FindDescendants<LinkInline>().Any(link => link.Url == page);

    private static bool IsHousekeeping(string code) =>
        code.StartsWith("#r ", StringComparison.Ordinal)
        || code.StartsWith("await RunningServers.StopAllAsync", StringComparison.Ordinal);
}
