using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>The glossary in the book.</summary>
[Collection(ThreeLessons.Title)]
public sealed class GlossaryPageTests(ThreeLessons book)
{
    [Fact]
    public void A_lesson_links_the_first_use_of_a_term_and_the_entry_leads_back()
    {
        var page = File.ReadAllText(book.PageOf(ThreeLessons.StartHere));
        Assert.Single(Regex.Matches(page, "href=\"[^\"]*glossary\\.html#loopback\""));
        Assert.Matches("glossary\\.html#loopback\" class=\"term\" title=\"The addresses by which[^\"]*\">loopback</a>", page);
        var entries = File.ReadAllText(Path.Combine(book.Top, "book", "glossary.html"));
        Assert.Contains("id=\"loopback\"", entries);
        Assert.Contains("<a href=\"../book/0-start-here.html\">Start here</a>", entries);
        Assert.Contains("glossary.html", File.ReadAllText(Path.Combine(book.Top, "index.html")));
    }

    [Fact]
    public void Each_letter_leads_to_its_first_term_and_the_headings_leave_no_level_out()
    {
        var page = File.ReadAllText(Path.Combine(book.Top, "book", "glossary.html"));
        Assert.DoesNotContain("<h3", page);
        var letters = Regex.Matches(page, "<a href=\"#([^\"]+)\">([A-Z])</a>")
            .Select(link => (Anchor: link.Groups[1].Value, Letter: link.Groups[2].Value));
        var terms = Regex.Matches(page, "<h2 id=\"([^\"]+)\">(.)")
            .Select(term => (Anchor: term.Groups[1].Value, Letter: term.Groups[2].Value.ToUpperInvariant()));
        Assert.Equal(terms.DistinctBy(term => term.Letter), letters);
    }
}
