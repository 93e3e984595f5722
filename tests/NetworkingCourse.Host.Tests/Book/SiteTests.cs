using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>The site of a small course of the test's own.</summary>
public sealed class SiteTests
{
    private const string Secret = "the answer is 42";
    private static readonly NotebookResult Fine = new(0, TimeSpan.Zero, null, null);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Solutions_are_on_the_page_and_beside_the_notebook_or_in_neither_place(bool withSolutions)
    {
        using var folder = new TemporaryFolder();
        var top = Write(folder, withSolutions);
        var page = File.ReadAllText(Path.Combine(top, "book", "1", "a.html"));
        Assert.Equal(withSolutions, page.Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(withSolutions, page.Contains("href=\"../../book/1/a.html#solutions\"", StringComparison.Ordinal));
        Assert.Equal(withSolutions, File.Exists(Path.Combine(top, "notebooks", "solutions", "1", "a.ipynb")));
        Assert.DoesNotContain(Secret, File.ReadAllText(Path.Combine(top, "assets", "search-index.js")));
        Assert.Empty(Links.Dead(top));
        if (withSolutions)
        {
            // The same folder, for learners now: what was there is gone.
            Write(folder, withSolutions: false);
            Assert.DoesNotContain(Secret, File.ReadAllText(Path.Combine(top, "book", "1", "a.html")));
            Assert.False(File.Exists(Path.Combine(top, "notebooks", "solutions", "1", "a.ipynb")));
        }
    }

    [Fact]
    public void Links_lead_to_pages_pictures_and_chapters_and_those_that_cannot_are_text()
    {
        using var folder = new TemporaryFolder();
        var top = Write(folder, withSolutions: true);
        var page = File.ReadAllText(Path.Combine(top, "book", "1", "a.html"));
        Assert.Contains("<a href=\"../../book/2/b%20c.html#far-away-1\">b</a>", page);
        Assert.Contains("<a href=\"../../book/2/index.html\">chapter</a>", page);
        Assert.Contains("<img src=\"../../notebooks/images/x.svg\"", page);
        Assert.Contains("<a href=\"https://example.test/\">outside</a>", page);
        Assert.Contains("none and up.", page);
        Assert.Empty(Links.Dead(top));
    }

    [Fact]
    public void Lesson_10_comes_after_lesson_9_and_a_lesson_that_is_gone_loses_its_page()
    {
        using var folder = new TemporaryFolder();
        var artifacts = ArtifactFolder.Open(Path.Combine(folder.Path, "artifacts"));
        foreach (var name in new[] { "9-x.ipynb", "10-y.ipynb" })
        {
            artifacts.Write(name, Notebook.Read(folder.Notebook("notebooks/" + name, ("1", []))), Fine);
        }

        artifacts.WriteSite();
        var front = File.ReadAllText(artifacts.IndexPath);
        Assert.Matches("(?s)id=\"9-x\".*id=\"10-y\"", front);
        artifacts.KeepOnly(["9-x.ipynb"]);
        artifacts.WriteSite();
        Assert.Equal(["9-x.html"], Directory.GetFiles(Path.Combine(folder.Path, "artifacts", "book")).Select(Path.GetFileName));
    }

    private static string Write(TemporaryFolder folder, bool withSolutions)
    {
        folder.File("notebooks/images/x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        folder.File("notebooks/1/README.md", "# One");
        folder.File("notebooks/solutions/1/a.ipynb", Lesson("# Solutions", Secret));
        var a = folder.File("notebooks/1/a.ipynb", Lesson(
            "# A",
            "[b](../2/b%20c.ipynb#far-away-1) [chapter](../2/README.md) ![x](../images/x.svg) "
                + "[outside](https://example.test/) [none](missing.ipynb) and [up](../../README.md).",
            "[Solution](../solutions/1/a.ipynb)"));
        var b = folder.File("notebooks/2/b c.ipynb", Lesson("# B", "## Far away!", "## Far away!", "[back](../1/README.md)"));
        var top = Path.Combine(folder.Path, "artifacts");
        var artifacts = ArtifactFolder.Open(top, withSolutions);
        artifacts.Write("1/a.ipynb", Notebook.Read(a), Fine);
        artifacts.Write("2/b c.ipynb", Notebook.Read(b), Fine);
        artifacts.WriteSite();
        return top;
    }

    private static string Lesson(params string[] paragraphs) =>
        new System.Text.Json.Nodes.JsonObject
        {
            ["cells"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject
            {
                ["cell_type"] = "markdown",
                ["id"] = "text",
                ["metadata"] = new System.Text.Json.Nodes.JsonObject(),
                ["source"] = string.Join("\n\n", paragraphs),
            }),
            ["metadata"] = new System.Text.Json.Nodes.JsonObject
            {
                ["kernelspec"] = new System.Text.Json.Nodes.JsonObject { ["language"] = "C#" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString();
}
