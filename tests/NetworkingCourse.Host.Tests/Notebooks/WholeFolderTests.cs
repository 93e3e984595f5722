using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests.Notebooks;

[Collection(JupyterTests.Title)]
public sealed class WholeFolderTests(WholeFolder folder) : IClassFixture<WholeFolder>
{
    private const long Largest = 25_000_000;

    // Code and tables may scroll sideways, and text that only a screen reader reads is cut off.
    private const string TooWide =
        """
        () => [...document.querySelectorAll("body *")]
          .filter(element => element.scrollWidth > element.clientWidth + 1 && !element.closest("svg, .unseen")
            && getComputedStyle(element).overflowX !== "visible"
            && !element.closest("pre") && !element.querySelector("pre, table"))
          .map(element => `${element.tagName} ${element.className}: ${element.scrollWidth} > ${element.clientWidth}`)
          .concat(document.documentElement.scrollWidth > document.documentElement.clientWidth ? ["the page"] : [])
        """;

    [Fact]
    public async Task It_is_small()
    {
        var top = await folder.PathAsync();
        var sizes = new DirectoryInfo(top)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetRelativePath(top, file.FullName).Split(Path.DirectorySeparatorChar)[0])
            .ToDictionary(part => part.Key, part => part.Sum(file => file.Length));
        Assert.True(sizes["notebooks"] > 1_000_000 && sizes["charts"] > 1_000_000);
        Assert.True(
            sizes.Values.Sum() <= Largest,
            string.Join(", ", sizes.Select(part => FormattableString.Invariant($"{part.Key}: {part.Value / 1e6:0.0} MB"))));
    }

    // A chart or a drawing is one picture with a name. What is in it takes long to look through.
    private static readonly AxeRunContext WithoutPictures = new() { Exclude = [new AxeSelector("svg")] };

    // The width decides what fits, the theme what can be read: each of either is enough. Every other page has its turn with axe,
    // which takes most of the time, in each.
    [NeedsTheory(Need.Chromium)]
    [InlineData(400, ColorScheme.Dark, 0)]
    [InlineData(1300, ColorScheme.Light, 1)]
    public async Task Every_page_is_drawn_without_an_error_fits_and_can_be_used_by_all(int width, ColorScheme theme, int turn)
    {
        var top = await folder.PathAsync();
        var faults = new List<string>();
        await using var browser = await Chromium.StartAsync(width, theme);
        foreach (var (i, page) in PagesIn(top).Index())
        {
            await browser.OpenAsync(Path.Combine(top, page));
            var (figures, drawn) = (
                await browser.Page.Locator(".course-figure").CountAsync(),
                await browser.Page.Locator(".course-figure .js-plotly-plot:has(.trace)").CountAsync());
            faults.AddRange(figures == drawn ? [] : [$"{page}: {drawn} of {figures} charts are drawn"]);
            faults.AddRange((await browser.Page.EvaluateAsync<string[]>(TooWide)).Select(wide => $"{page} is too wide: {wide}"));
            faults.AddRange(browser.Complaints);
            if (i % 2 == turn)
            {
                faults.AddRange((await browser.Page.RunAxe(WithoutPictures)).Violations
                    .Where(found => found.Impact is "serious" or "critical")
                    .Select(found => $"{page}: {Describe(found)}"));
            }

            // Axe asks for the style sheets once more, which a browser refuses on a page that is a file.
            browser.Complaints.Clear();
        }

        Assert.Empty(faults);
    }

    // All pages but those of single charts, which are in their lessons too: of these, the first of each chapter.
    private static List<string> PagesIn(string top)
    {
        var pages = Directory.EnumerateFiles(top, "*.html", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(top, file))
            .Order(StringComparer.Ordinal)
            .ToLookup(page => page.StartsWith("charts" + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        Assert.True(pages[true].Count() > 20 && pages[false].Count() > 40);
        return [.. pages[false], .. pages[true].DistinctBy(page => page.Split(Path.DirectorySeparatorChar)[1])];
    }

    private static string Describe(AxeResultItem found) =>
        $"{found.Id}: {found.Help}: " + string.Join(" | ", found.Nodes.Take(3).Select(node => node.Html));
}
