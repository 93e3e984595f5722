using NetworkingCourse.Host.Tests.Book;

namespace NetworkingCourse.Host.Tests.Comparing;

/// <summary>The command itself, on the output of a real run.</summary>
[Collection(ThreeLessons.Title)]
public sealed class CompareCommandTests(ThreeLessons book)
{
    [Fact]
    public async Task It_compares_a_folder_with_a_record_alone()
    {
        using var folder = new TemporaryFolder();
        var record = folder.File("sent-by-mail.json", File.ReadAllText(Path.Combine(book.Top, "run.json")));
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "compare", book.Top, record);
        Assert.True(exit == 0, output + errors);
        Assert.Matches(@"(?m)^sequential +time +\d+ +1\.00 +1\.00 +1\.00 +identical", output);
        Assert.Contains("0 of", output);
        Assert.Contains("differ by more than the noise", output);
        Assert.Equal([record], Directory.GetFiles(folder.Path));
    }

    [NeedsFact(Need.Chromium)]
    public async Task It_draws_a_page_that_needs_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await CourseProgram.RunAsync(
            folder.Path, "compare", book.Top, book.Top, "--out", "comparison.html");
        Assert.True(exit == 0, output + errors);
        Assert.Contains("comparison.html", output);
        await using var browser = await Chromium.StartAsync(1300);
        await browser.OpenAsync(Path.Combine(folder.Path, "comparison.html"));
        await browser.Page.WaitForFunctionAsync("() => document.querySelectorAll('.js-plotly-plot .main-svg').length >= 3");
        Assert.Equal(3, await browser.Page.Locator(".course-figure .js-plotly-plot:has(.trace)").CountAsync());
        browser.AssertNoComplaint();
    }
}
