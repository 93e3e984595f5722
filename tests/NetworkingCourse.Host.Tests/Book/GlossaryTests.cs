using System.Text.RegularExpressions;
using NetworkingCourse.Host.Book;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>The glossary, against the text of the lessons.</summary>
public sealed class GlossaryTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Notebooks, Glossary.FileName));

    private static readonly Glossary Glossary = GlossaryText.Parse(Text);

    private static readonly IReadOnlyList<TermUses> Lessons = TermUses.OfAllLessons(Glossary);

    [Fact]
    public void Each_term_has_a_short_meaning_and_a_source_and_the_terms_are_in_order()
    {
        Assert.True(Glossary.Terms.Count >= 200);
        Assert.Equal(Regex.Count(Text, "(?m)^### "), Glossary.Terms.Count);
        Assert.All(Glossary.Terms, term =>
        {
            Assert.True(term.Meaning.EndsWith('.') && term.Source.Length > 3, term.Name);
            Assert.True(Regex.Count(term.Meaning, @"\.(?= [A-Z])") <= 1, $"{term.Name}: more than two sentences");
        });
        Assert.Equal(
            Glossary.Terms.Select(term => term.Name).Order(StringComparer.OrdinalIgnoreCase),
            Glossary.Terms.Select(term => term.Name));
    }

    [Fact]
    public void No_lesson_uses_a_term_before_it_is_explained() =>
        Assert.Empty(TermUses.TooEarly(Glossary, Lessons));

    [Fact]
    public void The_lessons_that_an_entry_names_use_the_term()
    {
        var uses = Lessons.ToDictionary(lesson => lesson.Lesson, lesson => lesson.Uses);
        Assert.Empty(
            from term in Glossary.Terms
            from lesson in term.More.Prepend(term.Lesson)
            where !uses.TryGetValue(lesson, out var used) || !used.ContainsKey(term)
            select $"{term.Name}: {lesson} does not use it.");
        Assert.All(Glossary.Terms.SelectMany(term => term.Except), lesson => Assert.Contains(lesson, uses.Keys));
    }

    [Fact]
    public void A_use_before_the_explanation_is_found()
    {
        var glossary = GlossaryText.Parse("### window\n\nA limit. Source: RFC 1. Explained in [1.2](1-a/2-b.ipynb).\n");
        TermUses explains = new(glossary, "1-a/2-b.ipynb", ["A *window* is a limit."]);
        foreach (var (text, isEarly) in new[]
        {
            ("Two windows.", true), ("* a list with a *window*", true), ("| a | window |\n|-|-|\n| b | c |", true),
            ("Read [on](2-b.ipynb).\n\nA window.", true), ("A window ([lesson 1.2](2-b.ipynb)).", false),
            ("A [window](2-b.ipynb).", false), ("# A window", false), ("`window`, Windows, rewindow", false),
        })
        {
            Assert.Equal(isEarly, TermUses.TooEarly(glossary, [new(glossary, "1-a/1-a.ipynb", [text]), explains]).Any());
            Assert.Empty(TermUses.TooEarly(glossary, [explains, new(glossary, "1-a/3-c.ipynb", [text])]));
        }
    }

    [Fact]
    public void The_longest_name_counts_and_only_the_first_use_is_linked()
    {
        var glossary = GlossaryText.Parse(
            "### window\n\nA limit. Source: RFC 1. Explained in [1](a.ipynb).\n\n"
                + "### congestion window\n\nA limit of\nTCP. Also: cwnd. Source: RFC 2. "
                + "Explained in [2](b.ipynb). More in [3](c.ipynb) and [4](d.ipynb). Something else in [5](e.ipynb).\n");
        var term = glossary.Terms[1];
        Assert.Equal(["congestion window", "cwnd"], term.Names);
        Assert.Equal(("A limit of TCP.", "RFC 2", "b.ipynb"), (term.Meaning, term.Source, term.Lesson));
        Assert.Equal(["c.ipynb", "d.ipynb"], term.More);
        Assert.Equal(["e.ipynb"], term.Except);
        var html = Linked("# Window\n\n`window` [window](x) *congestion windows*, window, cwnd, window", "1/a.ipynb");
        Assert.Equal(2, Regex.Count(html, "class=\"term\""));
        Assert.Contains(
            "<em><a href=\"../../book/glossary.html#congestion-window\" class=\"term\" title=\"A limit of TCP.\">", html);
        Assert.Contains("title=\"A limit.\">window</a>, cwnd, window</p>", html);
        Assert.DoesNotContain("<a", Linked("cwnd", "e.ipynb"));

        string Linked(string text, string lesson)
        {
            var blocks = BookMarkdown.Parse(text, link => link);
            var seen = new HashSet<Term>();
            blocks.ToList().ForEach(block => glossary.Link(block, lesson, seen));
            return string.Concat(blocks.Select(BookMarkdown.Html));
        }
    }
}
