using NetworkingCourse.Host.Bundle;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>A book that was made with solutions, as a bundle takes it along.</summary>
[Collection(ThreeLessons.Title)]
public sealed class HandedOutBookTests(ThreeLessons book)
{
    private const string Fold = "<details class=\"solutions\">";

    [Fact]
    public void Without_solutions_a_copy_has_none_and_all_its_links_lead_somewhere()
    {
        Assert.Contains(Fold, File.ReadAllText(book.PageOf(ThreeLessons.Sequential)));
        using var scratch = new TemporaryFolder();
        var files = BookFiles.Of("book", book.Top, scratch.Path).Select(file => file.Name).ToList();
        Assert.Contains("book/index.html", files);
        Assert.Contains($"book/book/{ThreeLessons.Sequential}.html", files);
        Assert.DoesNotContain(files, file => file.Contains("solutions/", StringComparison.Ordinal));
        Assert.All(
            Directory.EnumerateFiles(scratch.Path, "*.html", SearchOption.AllDirectories),
            page => Assert.DoesNotContain(Fold, File.ReadAllText(page)));
        Assert.Empty(Links.Dead(scratch.Path));
        // They are no less recent than in the book.
        Assert.DoesNotContain("earlier-note", File.ReadAllText(Path.Combine(scratch.Path, "index.html")));
        Assert.Contains(Fold, File.ReadAllText(book.PageOf(ThreeLessons.Sequential)));
    }

    [Fact]
    public void With_solutions_it_is_taken_as_it_is() => Assert.Equal(
        Directory.EnumerateFiles(book.Top, "*", SearchOption.AllDirectories)
            .Select(file => $"book/{Path.GetRelativePath(book.Top, file).Replace(Path.DirectorySeparatorChar, '/')}").Order(),
        BookFiles.Of("book", book.Top, scratch: null).Select(file => file.Name).Order());
}
