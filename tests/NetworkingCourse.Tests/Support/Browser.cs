using System.Diagnostics;

namespace NetworkingCourse.Tests.Support;

/// <summary>A real browser, here without a network.</summary>
internal static class Browser
{
    private const int MaxAttempts = 5;

    /// <summary>
    /// Returns the page's elements when they are ready. A busy browser may end before it has drawn the page; then another one is
    /// started, and what the last one has drawn is returned.
    /// </summary>
    public static async Task<string> DomAsync(string html, Func<string, bool> isReady)
    {
        for (var attempts = 1; ; attempts++)
        {
            var dom = await DomAsync(html);
            if (isReady(dom) || attempts == MaxAttempts)
            {
                return dom;
            }
        }
    }

    /// <summary>Returns the page's elements after its scripts have run.</summary>
    public static async Task<string> DomAsync(string html)
    {
        var folder = Directory.CreateTempSubdirectory("course-chromium-").FullName;
        try
        {
            var page = Path.Combine(folder, "page.html");
            var text = html.StartsWith("<!DOCTYPE", StringComparison.Ordinal)
                ? html
                : "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head>" + html + "</html>";
            await File.WriteAllTextAsync(page, text);
            var start = new ProcessStartInfo(Programs.Find("chromium"))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            string[] arguments =
            [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                $"--user-data-dir={Path.Combine(folder, "profile")}",
                "--virtual-time-budget=8000",
                "--dump-dom",
                new Uri(page).AbsoluteUri,
            ];
            Array.ForEach(arguments, start.ArgumentList.Add);
            using var browser = Process.Start(start)!;
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            var errors = browser.StandardError.ReadToEndAsync(limit.Token);
            var dom = await browser.StandardOutput.ReadToEndAsync(limit.Token);
            await browser.WaitForExitAsync(limit.Token);
            await errors;
            return dom;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
