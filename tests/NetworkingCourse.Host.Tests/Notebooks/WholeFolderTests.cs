using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using NetworkingCourse.Host.Tests.Book;
using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests.Notebooks;

[Collection(JupyterTests.Title)]
public sealed class WholeFolderTests(WholeFolder folder) : IClassFixture<WholeFolder>
{
    private const long Largest = 25_000_000;

    // What is in pictures and in code takes long to look through, and is alike on all pages. BrowserTests look at it.
    private static readonly AxeRunContext WithoutPicturesAndCode = new()
    {
        Exclude = [new AxeSelector("svg"), new AxeSelector("pre")],
    };

    // What depends on the theme or on the width. All other rules find the same at any width and in any theme.
    private static readonly AxeRunOptions OfLooks = new()
    {
        RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block", "scrollable-region-focusable", "meta-viewport"),
    };

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

    [NeedsTheory(Need.Chromium)]
    [InlineData(1300, ColorScheme.Light, false)]
    [InlineData(400, ColorScheme.Dark, true)]
    public async Task Every_page_is_drawn_without_an_error_fits_and_can_be_used_by_all(
        int width, ColorScheme theme, bool looksOnly)
    {
        var top = await folder.PathAsync();
        var options = looksOnly ? OfLooks : null;
        var faults = new List<string>();
        await using var browser = await Chromium.StartAsync(width, theme);
        foreach (var name in PagesIn(top))
        {
            faults.AddRange(await PageChecks.FaultsAsync(
                browser, Path.Combine(top, name), page => page.RunAxe(WithoutPicturesAndCode, options)));
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
}
