using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>A real browser opens the pages as files.</summary>
[Collection(ThreeLessons.Title)]
public sealed class BrowserTests(ThreeLessons book)
{
    // WholeFolderTests look at all pages, but let axe leave out pictures and code.
    [NeedsTheory(Need.Chromium)]
    [InlineData(400, ColorScheme.Dark)]
    [InlineData(1300, ColorScheme.Light)]
    public async Task Pictures_and_code_can_be_used_by_all(int width, ColorScheme theme)
    {
        await using var browser = await Chromium.StartAsync(width, theme);
        var chart = book.Pages.First(page => page.StartsWith(Path.Combine(book.Top, "charts"), StringComparison.Ordinal));
        foreach (var file in new[] { book.PageOf(ThreeLessons.ByHand), chart })
        {
            Assert.Empty(await PageChecks.FaultsAsync(browser, file, page => page.RunAxe()));
        }
    }

    [NeedsFact(Need.Chromium)]
    public async Task Charts_follow_the_width_of_the_window_and_are_pictures_on_paper()
    {
        await using var browser = await Chromium.StartAsync(1300, ColorScheme.Light);
        await browser.OpenAsync(book.PageOf(ThreeLessons.Sequential));
        // A title that is too long for a narrow page has lines.
        const string state =
            """
            lines => {
              const chart = document.querySelector(".course-figure > [role=img]");
              return chart.querySelector(".main-svg").clientWidth === chart.clientWidth
                && chart.querySelectorAll(".gtitle .line").length === lines;
            }
            """;
        foreach (var (width, lines) in new[] { (1300, 0), (400, 2), (1300, 0) })
        {
            await browser.Page.SetViewportSizeAsync(width, 900);
            await browser.Page.WaitForFunctionAsync(state, lines);
        }

        var figure = browser.Page.Locator(".course-figure").First;
        var (chart, picture) = (figure.Locator("> [role=img]"), figure.Locator("> .printed"));
        Assert.True(await chart.IsVisibleAsync());
        Assert.False(await picture.IsVisibleAsync());
        await browser.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.False(await chart.IsVisibleAsync());
        Assert.True(await picture.IsVisibleAsync());
        Assert.True(await picture.EvaluateAsync<bool>("picture => picture.naturalWidth > 0"));
        browser.AssertNoComplaint();
    }

    [NeedsFact(Need.Chromium)]
    public async Task A_drawing_fits_a_narrow_page_and_a_button_shows_it_in_its_own_size()
    {
        await using var browser = await Chromium.StartAsync(400);
        await browser.OpenAsync(book.PageOf(ThreeLessons.ByHand));
        var frame = browser.Page.Locator(".course-ladder .course-scroll").First;
        var button = browser.Page.Locator(".course-ladder .size").First;
        Task<bool> ScrollsAsync() => frame.EvaluateAsync<bool>("frame => frame.scrollWidth > frame.clientWidth");
        Assert.False(await ScrollsAsync());
        await button.FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        Assert.True(await ScrollsAsync());
        Assert.Equal("0", await frame.GetAttributeAsync("tabindex"));
        await browser.Page.Keyboard.PressAsync("Enter");
        Assert.False(await ScrollsAsync());
        await browser.Page.SetViewportSizeAsync(1300, 900);
        await button.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        browser.AssertNoComplaint();
    }

    [NeedsFact(Need.Chromium)]
    public async Task A_picture_of_a_chapter_has_a_button_on_a_narrow_page_that_shows_it_larger()
    {
        await using var browser = await Chromium.StartAsync(400);
        await browser.OpenAsync(Path.Combine(book.Top, "book", "1-application", "index.html"));
        var (picture, button) = (browser.Page.Locator(".framed > img").First, browser.Page.Locator(".size").First);
        Task<double> WidthAsync() => picture.EvaluateAsync<double>("picture => picture.clientWidth");
        Assert.InRange(await WidthAsync(), 100, 400);
        await button.FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        Assert.InRange(await WidthAsync(), 700, 900);
        await browser.Page.SetViewportSizeAsync(1300, 900);
        await button.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        browser.AssertNoComplaint();
    }

    [NeedsFact(Need.Chromium)]
    public async Task A_link_to_a_solution_unfolds_the_solutions_and_shows_it()
    {
        await using var browser = await Chromium.StartAsync(1300);
        await browser.OpenAsync(book.PageOf(ThreeLessons.ByHand));
        await browser.Page.EvaluateAsync("() => location.hash = '2--take-a-body-out-of-its-chunks'");
        var heading = browser.Page.Locator("h3[id^='2--take']");
        await heading.WaitForAsync();
        const string isAtTheTop =
            """
            () => {
              const { top } = document.querySelector("h3[id^='2--take']").getBoundingClientRect();
              return top > 0 && top < 300;
            }
            """;
        await browser.Page.WaitForFunctionAsync(isAtTheTop);
    }

    [NeedsFact(Need.Chromium)]
    public async Task What_the_search_shows_of_a_text_is_around_what_was_searched_for()
    {
        await using var browser = await Chromium.StartAsync(1300);
        await browser.OpenAsync(book.PageOf(ThreeLessons.Sequential));
        await browser.Page.Keyboard.PressAsync("/");
        // The first word is in the title only, the second far down in the text.
        await browser.Page.Keyboard.TypeAsync("chunks hexadecimal");
        var shown = browser.Page.Locator("#found li[data-link] span").First;
        await shown.WaitForAsync();
        Assert.Contains("hexadecimal", await shown.TextContentAsync());
        Assert.Contains("hexadecimal", await shown.Locator("mark").AllTextContentsAsync());
        Assert.InRange((await shown.TextContentAsync())!.Length, 20, 200);
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
    public async Task Slides_go_on_step_by_step_count_them_and_scroll_where_one_is_taller_than_the_screen()
    {
        await using var browser = await Chromium.StartAsync(1300, ColorScheme.Light, height: 500);
        await browser.OpenAsync(book.PageOf(ThreeLessons.ByHand));
        var (keyboard, number) = (browser.Page.Keyboard, browser.Page.Locator(".place [role=status]"));
        var shown = browser.Page.Locator("main > section:visible");
        await browser.Page.Locator("#slides").FocusAsync();
        await keyboard.PressAsync("Enter");
        Assert.Equal(1, await shown.CountAsync());
        Assert.False(await browser.Page.Locator(".bar").IsVisibleAsync());
        Assert.Matches("^1 / [0-9]+$", await number.TextContentAsync());
        await keyboard.PressAsync("ArrowRight");
        Assert.Equal(1, await shown.CountAsync());
        Assert.StartsWith("2 / ", await number.TextContentAsync());

        const string below = "() => document.documentElement.scrollHeight - innerHeight - scrollY";
        while (await browser.Page.EvaluateAsync<double>(below) < 300)
        {
            var last = await number.TextContentAsync();
            await keyboard.PressAsync("ArrowRight");
            Assert.NotEqual(last, await number.TextContentAsync());
        }

        Assert.True(await browser.Page.Locator(".place .more").IsVisibleAsync());
        var tall = await number.TextContentAsync();
        double left;
        do
        {
            left = await browser.Page.EvaluateAsync<double>(below);
            await keyboard.PressAsync("PageDown");
        }
        while (await number.TextContentAsync() == tall);
        Assert.InRange(left, -1, 4);
        await keyboard.PressAsync("Escape");
        Assert.True(await shown.CountAsync() > 3);
        Assert.True(await browser.Page.Locator(".bar").IsVisibleAsync());
        Assert.False(await number.IsVisibleAsync());
        browser.AssertNoComplaint();
    }

    [NeedsTheory(Need.Chromium)]
    [InlineData(ThreeLessons.StartHere)]
    [InlineData(ThreeLessons.ByHand)]
    [InlineData(ThreeLessons.Sequential)]
    public async Task At_most_one_slide_of_a_lesson_is_nearly_empty(string lesson)
    {
        await using var browser = await Chromium.StartAsync(1280, ColorScheme.Light, height: 720);
        await browser.OpenAsync(book.PageOf(lesson));
        await browser.Page.Locator("#slides").ClickAsync();
        await browser.Page.Keyboard.PressAsync("Home");
        var number = browser.Page.Locator(".place [role=status]");
        var (empty, last) = (new List<string?>(), "");
        while (await number.TextContentAsync() is var at && at != last)
        {
            last = at;
            var bottom = await browser.Page.Locator("main > .shown > .on").EvaluateAllAsync<double>(
                "shown => Math.max(...shown.map(element => element.getBoundingClientRect().bottom))");
            if (bottom < 240)
            {
                empty.Add(at);
            }

            await browser.Page.Keyboard.PressAsync("ArrowRight");
        }

        Assert.True(empty.Count <= 1, string.Join(", ", empty));
    }

    [NeedsFact(Need.Chromium)]
    public async Task A_slide_that_is_taller_than_the_screen_is_one_cell_or_one_block_and_charts_have_larger_letters()
    {
        await using var browser = await Chromium.StartAsync(1280, ColorScheme.Light, height: 720);
        await browser.OpenAsync(book.PageOf(ThreeLessons.Sequential));
        const string letters = "() => parseFloat(getComputedStyle(document.querySelector('.course-figure .gtitle')).fontSize)";
        var before = await browser.Page.EvaluateAsync<double>(letters);
        await browser.Page.Locator("#slides").ClickAsync();
        var number = browser.Page.Locator(".place [role=status]");
        string? last;
        do
        {
            last = await number.TextContentAsync();
            var (taller, elements) = (
                await browser.Page.EvaluateAsync<double>("() => document.documentElement.scrollHeight - innerHeight"),
                await browser.Page.Locator("main > .shown > .on").CountAsync());
            // Its heading, a text before it, the code and the output.
            Assert.True(taller < 24 || elements <= 4, $"{last}: {elements} elements, {taller} pixels too many");
            if (await browser.Page.Locator(".on .gtitle").CountAsync() > 0)
            {
                await browser.Page.WaitForFunctionAsync($"before => ({letters})() > 1.1 * before", before);
            }

            await browser.Page.Keyboard.PressAsync("ArrowRight");
        }
        while (await number.TextContentAsync() != last);
        await browser.Page.Keyboard.PressAsync("Escape");
        await browser.Page.WaitForFunctionAsync($"before => ({letters})() === before", before);
        browser.AssertNoComplaint();
    }
}
