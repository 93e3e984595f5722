using System.Text.RegularExpressions;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace NetworkingCourse.Host.Book;

/// <summary>The terms of the field that the lessons use, and the links from the lessons to them.</summary>
internal sealed class Glossary
{
    /// <summary>The file, below the folder of notebooks.</summary>
    public const string FileName = "glossary.md";

    /// <summary>The page of the book.</summary>
    public const string Page = SitePath.Pages + "/glossary.html";

    // What looks like a plural of a term, and is none.
    private static readonly string[] OtherWords = ["Windows", "tries"];

    private readonly Dictionary<string, Term> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Regex? _any;

    /// <exception cref="ArgumentException">Two terms have the same name.</exception>
    public Glossary(IReadOnlyList<Term> terms)
    {
        Terms = terms;
        foreach (var (term, name) in terms.SelectMany(term => term.Names.Select(name => (term, name))))
        {
            _byName.Add(name, term);
        }

        // The longest first: a congestion window is more than a window.
        var names = _byName.Keys.OrderByDescending(name => name.Length).Select(Regex.Escape);
        _any = terms.Count == 0 ? null
            : new Regex($@"(?<![\w-])(?<name>{string.Join('|', names)})(?:s|es)?(?![\w-])", RegexOptions.IgnoreCase);
    }

    public IReadOnlyList<Term> Terms { get; }

    /// <summary>Links the terms in a lesson to their entries where the lesson uses them first.</summary>
    /// <param name="block">A block of the lesson. Headings, code and links stay as they are.</param>
    /// <param name="lesson">The lesson: its path below the folder of notebooks.</param>
    /// <param name="seen">The terms that the lesson has used; those of the block are added.</param>
    public void Link(Block block, string lesson, ISet<Term> seen)
    {
        foreach (var text in Inlines(block).OfType<LiteralInline>().Where(text => !IsInLink(text)).ToList())
        {
            Link(text, lesson, seen);
        }
    }

    private void Link(LiteralInline text, string lesson, ISet<Term> seen)
    {
        var words = text.Content.ToString();
        var from = 0;
        Inline last = text;
        foreach (var match in _any?.Matches(words) ?? Enumerable.Empty<Match>())
        {
            var term = _byName[match.Groups["name"].Value];
            if (OtherWords.Contains(match.Value) || term.Except.Contains(lesson) || !seen.Add(term))
            {
                continue;
            }

            var entry = SitePath.Link(SitePath.OfLesson(lesson), Page) + "#" + BookMarkdown.Slug(term.Name);
            var link = new LinkInline(entry, term.Meaning);
            link.GetAttributes().AddClass("term");
            link.AppendChild(new LiteralInline(match.Value));
            Append(new LiteralInline(words[from..match.Index]));
            Append(link);
            from = match.Index + match.Length;
        }

        if (from > 0)
        {
            Append(new LiteralInline(words[from..]));
            text.Remove();
        }

        void Append(Inline inline)
        {
            last.InsertAfter(inline);
            last = inline;
        }
    }

    private static IEnumerable<MarkdownObject> Inlines(Block block) => block switch
    {
        HeadingBlock => [],
        LeafBlock leaf => leaf.Inline?.Descendants() ?? [],
        ContainerBlock container => container.SelectMany(Inlines),
        _ => [],
    };

    private static bool IsInLink(Inline inline)
    {
        for (var parent = inline.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is LinkInline)
            {
                return true;
            }
        }

        return false;
    }
}
