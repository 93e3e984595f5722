using System.Net;
using Markdig.Syntax;

namespace NetworkingCourse.Host.Book;

/// <summary>The page of the glossary: its letters, and its entries, which lead to the lessons that explain the terms.</summary>
internal static class GlossaryPage
{
    /// <param name="text">The text of the glossary's file.</param>
    /// <param name="contents">The lessons of the book.</param>
    public static Page Of(string text, Contents contents)
    {
        var blocks = BookMarkdown.Parse(text, link => contents.Resolve(Glossary.Page, Glossary.FileName, link));
        // The file leaves a level out, for smaller letters where others show it. Those who listen to a page go by its levels.
        foreach (var heading in blocks.OfType<HeadingBlock>().Where(heading => heading.Level > 2))
        {
            heading.Level = 2;
        }

        var first = blocks.TakeWhile(block => block is not HeadingBlock { Level: 2 }).Count();
        var (introduction, terms) = (new Sections(), new Sections());
        introduction.Add(blocks.Take(first));
        terms.Add(blocks.Skip(first));
        var body = $"<div class=\"glossary\">\n{introduction.ToHtml()}{Letters(terms.All)}{terms.ToHtml()}</div>\n";
        return new Page(Glossary.Page, "Glossary", body) { Sections = [.. introduction.All, .. terms.All] };
    }

    // Each letter leads to its first term.
    private static string Letters(IEnumerable<Section> terms)
    {
        var links = terms.GroupBy(term => term.Title[..1].ToUpperInvariant())
            .Select(letter => $"<a href=\"#{letter.First().Anchor}\">{WebUtility.HtmlEncode(letter.Key)}</a>\n");
        return $"<nav class=\"letters\" aria-label=\"Letters\">\n{string.Concat(links)}</nav>\n";
    }
}
