using System.Net;
using System.Text.RegularExpressions;
using NetworkingCourse.Figures;
using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Figures;

/// <summary>A real browser, here without a network, draws the figures.</summary>
[Collection(nameof(SampleFigures))]
public sealed partial class ChromiumTests(SampleFigures samples)
{
    [NeedsFact(Need.Chromium)]
    public async Task All_figures_on_one_page_are_drawn_with_the_script_after_them()
    {
        var figures = string.Concat(samples.All.Select(figure => figure.ToHtml()));
        AssertDrawn(await DrawnAsync($"<body>{figures}{FigurePage.Script()}</body>", samples.All.Count), samples.All.Count);
    }

    [NeedsFact(Need.Chromium)]
    public async Task They_are_drawn_with_the_script_before_them_and_given_twice_as_a_cell_run_again_gives_it()
    {
        var (first, second) = (samples.All[0].ToHtml(), samples.All[1].ToHtml());
        AssertDrawn(await DrawnAsync($"<body>{FigurePage.Script()}{first}{FigurePage.Script()}{second}</body>", 2), 2);
    }

    [NeedsFact(Need.Chromium)]
    public async Task They_are_drawn_where_an_AMD_loader_waits_for_modules_as_in_the_classic_notebook()
    {
        const string loader = "<script>window.define = function () { window.taken = true; }; window.define.amd = {};</script>";
        AssertDrawn(await DrawnAsync($"<body>{loader}{samples.All[0].ToHtml()}{FigurePage.Script()}</body>", 1), 1);
    }

    [NeedsFact(Need.Chromium)]
    public async Task A_page_of_its_own_is_drawn_in_the_colour_of_the_pages_text()
    {
        var page = samples.All[0].ToPage().Replace(
            "<body>",
            "<body style=\"background: #1e1e1e; color: rgb(201, 202, 203)\">",
            StringComparison.Ordinal);
        var dom = await DrawnAsync(page, 1);
        AssertDrawn(dom, 1);
        Assert.Contains("fill: rgb(201, 202, 203)", dom);
    }

    [NeedsFact(Need.Chromium)]
    public async Task Without_the_script_the_data_are_there_to_be_read()
    {
        var dom = await Browser.DomAsync($"<body>{samples.All[0].ToHtml()}</body>");
        Assert.DoesNotContain("data-drawn", dom);
        Assert.Contains("The data", dom);
        Assert.Contains("course-table", dom);
    }

    [NeedsFact(Need.Chromium)]
    public async Task No_title_runs_under_the_toolbar()
    {
        const string measure =
            """
            <script>
            const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            const box = (figure, part) => figure.querySelector(part).getBoundingClientRect();
            const figures = [...document.querySelectorAll('.course-figure')];
            const measure = () => {
              if (!figures.every(figure => figure.querySelector("[data-drawn]"))) { setTimeout(measure, 100); return; }
              const hidden = figures.filter(figure => over(box(figure, '.gtitle'), box(figure, '.modebar')));
              document.body.setAttribute('data-measured', figures.length);
              document.body.setAttribute('data-hidden', hidden.length);
            };
            measure();
            </script>
            """;
        // As wide as a cell's output in a narrow window, with the longest title of all lessons.
        var figures = samples.All.Select(
            figure => figure with { Title = "What each worker did: thread-per-connection, think time 200 ms" });
        var shown = string.Concat(figures.Select(figure => figure.ToHtml()));
        var dom = await Browser.DomAsync(
            $"<body style=\"width: 820px\">{shown}{FigurePage.Script()}{measure}</body>",
            dom => dom.Contains("data-measured", StringComparison.Ordinal));
        Assert.Contains($"data-measured=\"{samples.All.Count}\"", dom);
        Assert.Contains("data-hidden=\"0\"", dom);
    }

    [NeedsTheory(Need.Chromium)]
    [InlineData(330)]
    [InlineData(400)]
    public async Task On_a_narrow_page_no_text_overlaps_another_and_none_is_cut_off(int width)
    {
        // Measured again and again until the page is dumped: a busy browser may draw its first frames late.
        const string measure =
            """
            <script>
            const over = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
            const inside = (a, b) => a.left > b.left - 1 && a.right < b.right + 1 && a.top > b.top - 1 && a.bottom < b.bottom + 1;
            const box = element => element.getBoundingClientRect();
            function faults(chart) {
              const texts = [...chart.querySelectorAll('.main-svg text')].filter(text => box(text).width > 0);
              const legend = chart.querySelector('.legend .bg');
              const within = text => inside(box(text), box(chart.querySelector('.main-svg')))
                && (!legend || !text.matches('.legendtext') || inside(box(text), box(legend)));
              const cut = texts.filter(text => !within(text)).map(text => `${text.textContent} is cut off`);
              const pairs = texts.flatMap((one, i) => texts.slice(i + 1).filter(other => over(box(one), box(other)))
                .map(other => `${one.textContent} lies on ${other.textContent}`));
              const scrolled = [...chart.querySelectorAll('.scrollbar')].some(bar => box(bar).height > 0);
              return [...cut, ...pairs, ...(scrolled ? ['the legend scrolls'] : [])];
            }
            setInterval(() => {
              for (const chart of document.querySelectorAll('[data-drawn]')) {
                chart.dataset.faults = faults(chart).join('; ');
                chart.dataset.across = chart.scrollWidth - chart.clientWidth;
              }
            }, 500);
            </script>
            """;
        IReadOnlyList<Figure> figures = [.. samples.All, WithLongNames()];
        var shown = string.Concat(figures.Select(figure => figure.ToHtml()));
        var dom = await Browser.DomAsync(
            $"<body style=\"width: {width}px\">{shown}{FigurePage.Script()}{measure}</body>",
            dom => Count(dom, "data-across=\"") == figures.Count);
        AssertDrawn(dom, figures.Count);
        Assert.Equal(
            Enumerable.Repeat("", figures.Count),
            Faults().Matches(dom).Select(found => WebUtility.HtmlDecode(found.Groups[1].Value)));
        Assert.Equal(figures.Count, Count(dom, "data-across=\"0\""));
    }

    // Rows whose names have three lines each where the page is narrow.
    private static Figure WithLongNames()
    {
        IReadOnlyList<string> names =
            [.. Enumerable.Range(1, 8).Select(row => $"4.{row} · All of them compared › Throughput with no think time, rate")];
        var points = names.Select((_, row) => new Point(100, row + 1)).ToList();
        return new Figure
        {
            Id = "long-names",
            Title = "Rows with long names",
            Caption = "",
            Panels =
            [
                new Panel("", new Axis("per cent", "%"), new Axis("") { Reversed = true, Names = names },
                    [new Series("rate", Role.Measured, Mark.Points, 0, points)]),
            ],
        };
    }

    private static Task<string> DrawnAsync(string page, int figures) =>
        Browser.DomAsync(page, dom => Count(dom, "data-drawn=\"true\"") == figures);

    private static void AssertDrawn(string dom, int figures)
    {
        Assert.Equal(figures, Count(dom, "data-drawn=\"true\""));
        Assert.True(Count(dom, "class=\"main-svg\"") >= figures);
        Assert.True(Count(dom, "class=\"trace ") + Count(dom, "class=\"trace\"") >= figures, "No trace was drawn.");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("data-faults=\"([^\"]*)\"")]
    private static partial Regex Faults();
}
