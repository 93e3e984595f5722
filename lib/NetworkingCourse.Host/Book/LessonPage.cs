using System.Net;
using System.Text.RegularExpressions;
using Markdig.Syntax;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Book;

/// <summary>The page of a lesson: its text, its code, every output, and its solutions, folded.</summary>
internal static partial class LessonPage
{
    /// <param name="lesson">The lesson.</param>
    /// <param name="notebook">The executed notebook.</param>
    /// <param name="figures">The paths of its figures, in order; null for those whose data no longer exist.</param>
    /// <param name="contents">The lessons of the book.</param>
    public static Page Of(Lesson lesson, Notebook notebook, IReadOnlyList<string?> figures, Contents contents)
    {
        var outputs = new OutputHtml(figures, lesson.Page);
        var colours = CodeColours.Html([.. notebook.CodeCells.Select(cell => cell.Source)]);
        var sections = new Sections();
        var glossary = GlossaryText.Parse(contents.GlossaryText ?? "");
        var terms = new HashSet<Term>();
        var solutions = contents.SolutionsOf(lesson);
        var code = 0;
        foreach (var cell in notebook.Cells)
        {
            if (cell.IsCode)
            {
                Begin(sections, lesson, null);
                sections.AddHtml(Code(cell, colours[code++]) + WithSolutions(outputs.Of(cell), solutions is not null));
                continue;
            }

            var blocks = BookMarkdown.Parse(cell.Source, link => contents.Resolve(lesson.Page, lesson.Name, link));
            foreach (var block in blocks)
            {
                glossary.Link(block, lesson.Name, terms);
            }

            Begin(sections, lesson, blocks.Count > 0 ? blocks[0] : null);
            sections.Add(blocks);
        }

        if (solutions is not null)
        {
            SolutionSection.Add(sections, solutions, lesson, contents);
        }

        return new Page(lesson.Page, lesson.Title, sections.ToHtml())
        {
            Styles = outputs.Styles,
            Sections = sections.All,
            Previous = Neighbour(contents.Beside(lesson, -1)),
            Next = Neighbour(contents.Beside(lesson, 1)),
        };
    }

    // A verdict names the notebook with the solution. In the book, the solution is on the same page, or nowhere.
    private static string WithSolutions(string html, bool areThere) => NamesSolution().Replace(
        html, areThere ? $"The solution is <a href=\"#{SitePath.Solutions}\">at the end of this page</a>." : "");

    /// <summary>The code of a cell. That which only loads the library is folded.</summary>
    public static string Code(NotebookCell cell, string html) =>
        IsSetup(cell.Source)
            ? "<details class=\"setup\"><summary>Loads the library</summary>"
                + $"<pre class=\"code\"><code>{html}</code></pre></details>\n"
            : $"<pre class=\"code\" id=\"{WebUtility.HtmlEncode(cell.Id)}\"><code>{html}</code></pre>\n";

    private static bool IsSetup(string code) =>
        code.StartsWith("#r ", StringComparison.Ordinal)
        && (code.Contains("Course.Begin()", StringComparison.Ordinal)
            || code.Split('\n').All(line => string.IsNullOrWhiteSpace(line)
                || line.StartsWith("#r ", StringComparison.Ordinal) || line.StartsWith("using ", StringComparison.Ordinal)));

    // A notebook without a title gets the name of its file. What happened in the run stands below the title.
    private static void Begin(Sections sections, Lesson lesson, Block? first)
    {
        if (sections.All.Count > 0)
        {
            return;
        }

        if (first is not HeadingBlock { Level: 1 })
        {
            sections.Begin(WebUtility.HtmlEncode(lesson.Title), 1);
        }

        if (!lesson.Record.Succeeded)
        {
            sections.AddHtml($"<p class=\"failed\">{WebUtility.HtmlEncode(lesson.Record.Outcome)}</p>\n");
        }
    }

    [GeneratedRegex("The solution is in <code>solutions/[^<]*</code>\\.")]
    private static partial Regex NamesSolution();

    private static (string Path, string Title)? Neighbour(Lesson? lesson) =>
        lesson is null ? null : (lesson.Page, lesson.Title);
}
