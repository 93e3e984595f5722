using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>A real browser opens the pages as files.</summary>
[Collection(ThreeLessons.Title)]
public sealed class BrowserTests(ThreeLessons book)
{
    // The width decides what fits, the theme what can be read: each of either is enough.
    [NeedsTheory(Need.Chromium)]
    [InlineData(400, ColorScheme.Dark)]
    [InlineData(1300, ColorScheme.Light)]
    public async Task Every_page_is_drawn_without_an_error_fits_and_can_be_used_by_all(int width, ColorScheme theme)
    {
        await using var browser = await Chromium.StartAsync(width, theme);
        foreach (var file in book.Pages)
        {
            await browser.OpenAsync(file);
            var name = Path.GetRelativePath(book.Top, file);
            Assert.Equal(
                await browser.Page.Locator(".course-figure").CountAsync(),
                await browser.Page.Locator(".course-figure .js-plotly-plot:has(.trace)").CountAsync());
            var across = await browser.Page.EvaluateAsync<int>(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(across <= 0, $"{name} scrolls sideways by {across} pixels.");
            browser.AssertNoComplaint();
            var found = (await browser.Page.RunAxe()).Violations.Where(found => found.Impact is "serious" or "critical");
            Assert.True(!found.Any(), $"{name}: " + string.Join('\n', found.Select(Describe)));
            // Axe asks for the style sheets once more, which a browser refuses on a page that is a file.
            browser.Complaints.Clear();
        }
    }

    [NeedsFact(Need.Chromium)]
    public async Task The_search_finds_and_the_keyboard_alone_suffices()
    {
        await using var browser = await Chromium.StartAsync(1300, ColorScheme.Light);
        await browser.OpenAsync(book.PageOf(ThreeLessons.Sequential));
        await browser.Page.Keyboard.PressAsync("/");
        await browser.Page.Keyboard.TypeAsync("chunks hexadecimal");
        await browser.Page.Locator("#found li[data-link]").First.WaitForAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.ArriveAtAsync("/1-http-by-hand.html#in-chunks");
        await browser.Page.Keyboard.PressAsync("/");
        await browser.Page.Keyboard.TypeAsync("zzzz");
        await browser.Page.Locator("#found .nothing").WaitForAsync();
        browser.AssertNoComplaint();
    }

    [NeedsFact(Need.Chromium)]
    public async Task Enter_before_the_list_is_there_leads_to_the_same_place()
    {
        await using var browser = await Chromium.StartAsync(1300);
        await browser.OpenAsync(book.PageOf(ThreeLessons.Sequential));
        await browser.Page.EvaluateAsync(
            """
            () => {
              const field = document.getElementById("search");
              field.value = "chunks hexadecimal";
              field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
            }
            """);
        await browser.ArriveAtAsync("/1-http-by-hand.html#in-chunks");
    }

    [NeedsFact(Need.Chromium)]
    public async Task The_switch_changes_the_theme_charts_included_and_other_pages_know()
    {
        await using var browser = await Chromium.StartAsync(1300, ColorScheme.Light);
        await browser.OpenAsync(book.PageOf(ThreeLessons.Sequential));
        const string ink = "() => getComputedStyle(document.querySelector('.course-figure .gtitle')).fill";
        var before = await browser.Page.EvaluateAsync<string>(ink);
        await browser.Page.Locator("#theme").FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.WaitForFunctionAsync($"before => ({ink})() !== before", before);
        await browser.OpenAsync(book.PageOf(ThreeLessons.ByHand));
        Assert.Equal("dark", await browser.Page.Locator("html").GetAttributeAsync("data-theme"));
    }

    [NeedsFact(Need.Chromium)]
    public async Task Slides_show_one_section_and_the_arrow_keys_go_on()
    {
        await using var browser = await Chromium.StartAsync(1300, ColorScheme.Light);
        await browser.OpenAsync(book.PageOf(ThreeLessons.ByHand));
        await browser.Page.Locator("#slides").FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        var shown = browser.Page.Locator("main > section:visible");
        Assert.Equal(1, await shown.CountAsync());
        var first = await shown.Locator("h1, h2, h3").First.TextContentAsync();
        await browser.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(1, await shown.CountAsync());
        Assert.NotEqual(first, await shown.Locator("h1, h2, h3").First.TextContentAsync());
        await browser.Page.Keyboard.PressAsync("Escape");
        Assert.True(await shown.CountAsync() > 3);
    }

    private static string Describe(Deque.AxeCore.Commons.AxeResultItem found) =>
        $"{found.Id}: {found.Help}: " + string.Join(" | ", found.Nodes.Take(3).Select(node => node.Html));
}
