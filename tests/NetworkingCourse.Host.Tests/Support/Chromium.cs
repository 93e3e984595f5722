using Microsoft.Playwright;

namespace NetworkingCourse.Host.Tests;

/// <summary>Debian's Chromium with one page, and what the page complained about.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>A function of a page that says whether all its charts are drawn.</summary>
    public const string AllDrawn =
        "() => [...document.querySelectorAll('.course-figure > [role=img]')].every(chart => chart.dataset.drawn)";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complaints.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Complaints.Add($"{page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                Complaints.Add($"{page.Url}: requests {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors of the console, and requests that leave the folder.</summary>
    public List<string> Complaints { get; } = [];

    public void AssertNoComplaint() => Assert.True(Complaints.Count == 0, string.Join('\n', Complaints));

    public static async Task<Chromium> StartAsync(int width, ColorScheme theme = ColorScheme.Light, int height = 900)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Programs.Find("chromium"),
            Args = ["--no-sandbox", "--disable-gpu"],
        });
        var page = await browser.NewPageAsync(new()
        {
            ColorScheme = theme,
            ViewportSize = new() { Width = width, Height = height },
        });
        // A machine that does other work too may be slow. Nothing here measures time.
        page.SetDefaultTimeout(120_000);
        return new Chromium(playwright, browser, page);
    }

    /// <summary>
    /// Waits until the browser has come to a page whose address ends like this. The page itself is asked: Playwright may look for
    /// the navigation only when it is over.
    /// </summary>
    public Task ArriveAtAsync(string end) =>
        Page.WaitForFunctionAsync("end => location.href.endsWith(end) && document.readyState === 'complete'", end);

    /// <summary>Opens a page, and waits until its charts are drawn.</summary>
    public async Task OpenAsync(string file)
    {
        await Page.GotoAsync(new Uri(file).AbsoluteUri);
        await Page.WaitForFunctionAsync(AllDrawn);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
