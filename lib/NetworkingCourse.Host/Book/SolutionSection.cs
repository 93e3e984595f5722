using Markdig.Syntax;
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
                    sections.AddHtml(block is HeadingBlock heading ? Heading(heading) : BookMarkdown.Html(block));
                }
            }
            else if (colours[code++] is var html && !IsHousekeeping(cell.Source))
            {
                sections.AddHtml(LessonPage.Code(cell, html));
            }
        }

        sections.AddHtml("</details>\n");
    }

    // One level below "Solutions"; the title of the notebook is that heading.
    private static string Heading(HeadingBlock heading) =>
        heading.Level == 1 ? "" : $"<h3>{BookMarkdown.Words(heading)}</h3>\n";

    private static bool IsHousekeeping(string code) =>
        code.StartsWith("#r ", StringComparison.Ordinal)
        || code.StartsWith("await RunningServers.StopAllAsync", StringComparison.Ordinal);
}
