using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Figures;
using NetworkingCourse.Host.Artifacts;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>The pages of lessons that have been run, as files.</summary>
[Collection(ThreeLessons.Title)]
public sealed class BookTests(ThreeLessons book)
{
    private const int LargestPage = 1_500_000;
    private const int LargestNotebook = 1_500_000;

    [Fact]
    public void Every_link_leads_to_a_file_and_an_anchor_that_are_there_and_nothing_is_loaded_from_outside()
    {
        Assert.True(book.Pages.Count > 8);
        Assert.Empty(Links.Dead(book.Top));
        Assert.Empty(Links.LoadedFromOutside(book.Top));
    }

    [Fact]
    public void Pages_and_notebooks_are_small_and_plotly_is_there_once()
    {
        Assert.All(book.Pages, page => Assert.InRange(new FileInfo(page).Length, 1, LargestPage));
        var notebooks = Directory.GetFiles(Path.Combine(book.Top, "notebooks"), "*.ipynb", SearchOption.AllDirectories);
        Assert.All(notebooks, notebook => Assert.InRange(new FileInfo(notebook).Length, 1, LargestNotebook));
        Assert.All(book.Pages, page => Assert.DoesNotContain("data-course=\"drawing\"", File.ReadAllText(page)));
        Assert.InRange(new FileInfo(Path.Combine(book.Top, "assets", "plotly.js")).Length, 300_000, 500_000);
        Assert.DoesNotContain("data-course", File.ReadAllText(Notebook(ThreeLessons.ByHand)));
        Assert.Single(Regex.Matches(File.ReadAllText(Notebook(ThreeLessons.Sequential)), "data-course=\\\\\"drawing\\\\\""));
    }

    [Fact]
    public void A_notebook_has_each_style_sheet_once_and_leaves_the_data_of_its_figures_to_their_files()
    {
        var notebook = Notebook(ThreeLessons.Sequential);
        Assert.Single(Regex.Matches(File.ReadAllText(notebook), @"\n\.course-scroll \{|""\.course-scroll \{"));
        Assert.Empty(FigureExtraction.Of(Host.Notebooks.Notebook.ReadExecuted(notebook)));
        var charts = Directory.GetFiles(Path.Combine(book.Top, "charts"), "2-sequential-*.json", SearchOption.AllDirectories);
        Assert.Equal(4, charts.Length);
        Assert.All(charts, chart => Assert.NotEmpty(Figure.FromJson(File.ReadAllText(chart)).Panels));
    }

    [Fact]
    public void A_page_has_the_text_the_coloured_code_and_the_outputs_before_any_script_has_run()
    {
        var page = File.ReadAllText(book.PageOf(ThreeLessons.ByHand));
        Assert.Contains("is text, so you can type a request by hand.", page);
        Assert.Contains("<span class=\"k\">await</span>", page);
        Assert.Contains("<span class=\"t\">HttpConnection</span>.<span class=\"m\">ConnectAsync</span>", page);
        Assert.Contains("Content-Length: 37", page);
        Assert.Contains("<div class=\"task\">\n<p><strong>Exercise", page);
        Assert.Contains("<div class=\"predict\">\n<p><strong>Predict first", page);
        Assert.DoesNotContain(".course-scroll {", page);
        Assert.Single(
            Regex.Matches(page, "href=\"../../(assets/style-[0-9a-f]+\\.css)\"").Select(link => link.Groups[1].Value),
            sheet => File.ReadAllText(Path.Combine(book.Top, sheet)).Contains(".course-scroll {", StringComparison.Ordinal));
        var charts = File.ReadAllText(book.PageOf(ThreeLessons.Sequential));
        Assert.Equal(4, Regex.Count(charts, "<div class=\"course-figure\"><div id"));
        Assert.Equal(4, Regex.Count(charts, "<summary>The data</summary><div class=\"course-scroll\"><table"));
    }

    [Fact]
    public void Lessons_lead_to_their_neighbours_their_chapter_and_their_solutions()
    {
        var page = File.ReadAllText(book.PageOf(ThreeLessons.ByHand));
        Assert.Contains("<a rel=\"prev\" href=\"../../book/0-start-here.html\">", page);
        Assert.Contains("<a rel=\"next\" href=\"../../book/4-server-architecture/2-sequential.html\">", page);
        Assert.Contains("href=\"../../book/1-application/index.html\"", page);
        Assert.Contains("#solutions\">Solution</a>", page);
        Assert.Matches("<details class=\"solutions\">(?s:.*)<span class=\"m\">ReadHead</span>", page);
        Assert.Contains("<h3 id=\"1--read-the-head-of-a-message\">1 · Read the head of a message <a class=\"anchor\"", page);
        // Where the solutions are, a link to the lesson would lead to the same page.
        Assert.DoesNotContain("The exercises are in the lesson", page);
        // This lesson was not run: its name is there, without a link.
        Assert.DoesNotContain("2-one-connection-many-requests.html", page);
        Assert.Contains("One connection, many requests", page);
    }

    [Fact]
    public void The_front_page_leads_to_the_overviews_and_offers_the_notebooks_to_keep()
    {
        var front = File.ReadAllText(Path.Combine(book.Top, "index.html"));
        Assert.Contains(
            "See also the <a href=\"book/map.html\">map of the lessons</a> and the <a href=\"book/glossary.html\">glossary</a>.",
            front);
        Assert.Contains($"href=\"notebooks/{ThreeLessons.ByHand}.ipynb\" download>Notebook with outputs</a>", front);
    }

    [Fact]
    public void A_chart_leads_to_its_lesson_and_the_charts_beside_it_and_to_no_other_lesson()
    {
        var folder = Path.Combine(book.Top, "charts", "4-server-architecture");
        var charts = Directory.GetFiles(folder, "2-sequential-*.html")
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        const string lesson = "<a href=\"../../book/4-server-architecture/2-sequential.html\">";
        Assert.Contains("Chart 1 of 4 in the lesson " + lesson, charts[0]);
        Assert.DoesNotContain("rel=\"prev\"", charts[0]);
        Assert.Matches("<a rel=\"next\" href=\"[^\"]*/2-sequential-02-[^\"]*\"><span>Next</span> Chart 2 of 4</a>", charts[0]);
        Assert.Matches("<a rel=\"prev\" href=\"[^\"]*/2-sequential-03-[^\"]*\">", charts[3]);
        Assert.DoesNotContain("rel=\"next\"", charts[3]);
        Assert.All(charts, chart => Assert.Contains("<li>" + lesson, chart));
        Assert.All(charts, chart => Assert.Contains("href=\"../../book/1-application/index.html\"", chart));
        Assert.All(charts, chart => Assert.DoesNotContain("1-http-by-hand.html", chart));
    }

    [Fact]
    public void One_of_something_is_in_the_singular_and_several_are_in_the_plural()
    {
        const string counted = "answer|byte|client|connection|core|error|event|packet|question|request|segment|thread|worker";
        const string number = @"(?<![\w.,:+/-])";
        foreach (var page in book.Pages)
        {
            const string notText = "(?s)<script.*?</script>|<style.*?</style>|<pre class=\"code.*?</pre>|<[^>]*>";
            var text = Regex.Replace(File.ReadAllText(page), notText, " ");
            Assert.DoesNotMatch($@"{number}1 ({counted})s\b", text);
            Assert.DoesNotMatch($@"{number}(\d{{2,}}|[02-9]) ({counted})\b(?!-)", text);
        }
    }

    [Fact]
    public void Text_in_a_long_line_is_wrapped_and_columns_are_not()
    {
        var output = new Host.Book.OutputHtml([], "book/a.html");
        Assert.Contains("class=\"value prose\"", output.Of(Value("One sentence.\n  Another one.")));
        Assert.Contains("class=\"value\"", output.Of(Value("name     value\nport        80")));
        Assert.Contains("class=\"value\"", output.Of(Value("a\n├ b")));

        static Host.Notebooks.NotebookCell Value(string text)
        {
            var data = new JsonObject { ["text/plain"] = text };
            var cell = new JsonObject
            {
                ["cell_type"] = "code",
                ["id"] = "a",
                ["metadata"] = new JsonObject(),
                ["source"] = "1",
                ["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "execute_result", ["data"] = data }),
            };
            return new(cell, 0, [], keepOutputs: true);
        }
    }

    [Fact]
    public void No_table_has_a_heading_without_words() =>
        Assert.All(book.Pages, page => Assert.DoesNotMatch("<th[^>]*></th>", File.ReadAllText(page)));

    private string Notebook(string lesson) => Path.Combine(book.Top, "notebooks", lesson + ".ipynb");
}
