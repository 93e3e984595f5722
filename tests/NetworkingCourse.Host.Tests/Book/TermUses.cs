using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NetworkingCourse.Host.Book;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>Which terms a lesson uses, and whether it leads to their explanation where it uses them first.</summary>
/// <param name="glossary">The terms.</param>
/// <param name="lesson">The lesson: its path below the folder of notebooks.</param>
/// <param name="texts">Its text.</param>
internal sealed class TermUses(Glossary glossary, string lesson, IEnumerable<string> texts)
{
    public string Lesson => lesson;

    /// <summary>The terms that the lesson uses, each with the lessons to which the paragraph links that uses it first.</summary>
    public IReadOnlyDictionary<Term, IReadOnlyCollection<string?>> Uses { get; } = Find(glossary, lesson, texts);

    /// <summary>All lessons in the order in which they are read.</summary>
    public static IReadOnlyList<TermUses> OfAllLessons(Glossary glossary) =>
    [
        .. Repository.NotebookNames.OrderBy(SitePath.Order, StringComparer.OrdinalIgnoreCase).Select(name =>
        {
            var cells = Notebook.Read(Path.Combine(Repository.Notebooks, name)).Cells;
            return new TermUses(glossary, name, cells.Where(cell => !cell.IsCode).Select(cell => cell.Source));
        }),
    ];

    /// <summary>The terms that lessons use before they are explained.</summary>
    /// <remarks>The paragraph that uses a term first may link to the lesson that explains it.</remarks>
    public static IEnumerable<string> TooEarly(Glossary glossary, IReadOnlyList<TermUses> lessons) =>
        from term in glossary.Terms
        from lesson in lessons.TakeWhile(lesson => lesson.Lesson != term.Lesson)
        where lesson.Uses.TryGetValue(term, out var targets) && !targets.Contains(term.Lesson)
        select $"{term.Name}: {lesson.Lesson} uses it, and {term.Lesson} explains it.";

    private static Dictionary<Term, IReadOnlyCollection<string?>> Find(
        Glossary glossary, string lesson, IEnumerable<string> texts)
    {
        var seen = new HashSet<Term>();
        var uses = new Dictionary<Term, IReadOnlyCollection<string?>>();
        foreach (var paragraph in texts.SelectMany(text => BookMarkdown.Parse(text, link => link)).SelectMany(Paragraphs))
        {
            var targets = ((LeafBlock)paragraph).Inline?.Descendants<LinkInline>()
                .Select(link => SitePath.Resolve(lesson, link.Url ?? "")).ToList() ?? [];
            glossary.Link(paragraph, lesson, seen);
            foreach (var term in seen.Where(term => !uses.ContainsKey(term)))
            {
                uses.Add(term, targets);
            }
        }

        return uses;
    }

    private static IEnumerable<Block> Paragraphs(Block block) =>
        block is ContainerBlock container ? container.SelectMany(Paragraphs) : block is LeafBlock ? [block] : [];
}
