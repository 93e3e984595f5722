using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>What a page of the book must be in a browser, whatever it shows.</summary>
internal static class PageChecks
{
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

    // Where there is room for a table, it is seen whole. The data of a chart are folded.
    private const string CutTables =
        """
        () => innerWidth < 1200 ? [] : [...document.querySelectorAll(".course-scroll:has(> table)")]
          .filter(frame => frame.scrollWidth > frame.clientWidth + 1 && !frame.closest("details"))
          .map(frame => `${frame.textContent.trim().slice(0, 60)}: ${frame.scrollWidth} > ${frame.clientWidth}`)
        """;

    /// <summary>
    /// Opens a page, and returns what is wrong: charts that are not drawn, what is too wide, complaints of the browser, and the
    /// serious faults that axe finds.
    /// </summary>
    /// <param name="browser">The browser.</param>
    /// <param name="file">The page's file.</param>
    /// <param name="axe">Runs axe.</param>
    public static async Task<IReadOnlyList<string>> FaultsAsync(
        Chromium browser, string file, Func<IPage, Task<AxeResult>> axe)
    {
        await browser.OpenAsync(file);
        var (figures, drawn) = (
            await browser.Page.Locator(".course-figure").CountAsync(),
            await browser.Page.Locator(".course-figure .js-plotly-plot:has(.trace)").CountAsync());
        List<string> faults = figures == drawn ? [] : [$"{drawn} of {figures} charts are drawn"];
        faults.AddRange((await browser.Page.EvaluateAsync<string[]>(TooWide)).Select(wide => $"too wide: {wide}"));
        faults.AddRange((await browser.Page.EvaluateAsync<string[]>(CutTables)).Select(table => $"a table is cut: {table}"));
        faults.AddRange(browser.Complaints);
        faults.AddRange((await axe(browser.Page)).Violations
            .Where(found => found.Impact is "serious" or "critical")
            .Select(found => $"{found.Id}: {found.Help}: " + string.Join(" | ", found.Nodes.Take(3).Select(node => node.Html))));

        // Axe asks for the style sheets once more, which a browser refuses on a page that is a file.
        browser.Complaints.Clear();
        return [.. faults.Select(fault => $"{Path.GetFileName(file)}: {fault}")];
    }
}
