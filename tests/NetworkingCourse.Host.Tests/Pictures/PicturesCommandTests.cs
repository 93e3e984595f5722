using NetworkingCourse.Host.Pictures;
using NetworkingCourse.Host.Tests.Book;

namespace NetworkingCourse.Host.Tests.Pictures;

/// <summary>The charts on the README and on the chapters' pages are drawn from a run.</summary>
[Collection(ThreeLessons.Title)]
public sealed class PicturesCommandTests(ThreeLessons book)
{
    [Fact]
    public async Task It_draws_the_charts_that_the_pages_show()
    {
        var charts = Path.Combine(book.Top, "charts");
        var chart = Directory.EnumerateFiles(charts, "*.json", SearchOption.AllDirectories)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(charts, file), null).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .ToList();
        using var folder = Course(
            $"![one](notebooks/images/charts/{chart[0]}.svg) [a link](notebooks/images/charts/{chart[2]}.svg)",
            $"![two](../images/charts/{chart[1]}.svg) ![by hand](../images/by-hand.svg) ![far](https://example.org/x.svg)");
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "pictures", book.Top);

        Assert.True(exit == 0, output + errors);
        Assert.Equal(
            chart[..2].Select(name => $"images/charts/{name}.svg")
                .Concat(Drawings.All.Select(drawing => drawing.File))
                .Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(folder.Path, "notebooks/images"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Path.Combine(folder.Path, "notebooks"), file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal));
        Assert.All(chart[..2], name => Assert.Equal(
            File.ReadAllText(Path.Combine(charts, name + ".svg")),
            File.ReadAllText(Path.Combine(folder.Path, "notebooks/images/charts", name + ".svg"))));
    }

    [Fact]
    public async Task Where_the_run_lacks_one_it_says_which_and_writes_none()
    {
        var chart = Directory.EnumerateFiles(Path.Combine(book.Top, "charts"), "*.json").Select(Path.GetFileNameWithoutExtension);
        using var folder = Course(
            $"![there](notebooks/images/charts/{chart.First()}.svg)", "![missing](../images/charts/1-a/no-such-chart.svg)");
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, "pictures", book.Top);
        Assert.Equal(2, exit);
        Assert.Equal("", output);
        Assert.Contains("has no chart 1-a/no-such-chart. Run the notebook that draws it", errors);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "notebooks/images")));
    }

    [Fact]
    public void The_pages_of_the_course_show_every_picture_of_a_chart_that_is_there()
    {
        var shown = ChartPictures.Find(Repository.Notebooks).Select(picture => picture.File).ToList();
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(Repository.Notebooks, "images", "charts"), "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal),
            shown);
        Assert.True(shown.Count >= 5);
        Assert.All(shown, file => Assert.StartsWith("<svg ", File.ReadAllText(file)));
    }

    [Fact]
    public void The_other_pictures_of_the_lessons_are_as_they_are_drawn()
    {
        Assert.Equal(
            Drawings.All.Select(drawing => Path.Combine(Repository.Notebooks, drawing.File)).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(Repository.Notebooks, "images")).Order(StringComparer.Ordinal));
        Assert.All(
            Drawings.All,
            drawing => Assert.Equal(drawing.Draw(), File.ReadAllText(Path.Combine(Repository.Notebooks, drawing.File))));
    }

    private static TemporaryFolder Course(string readme, string chapter)
    {
        var folder = new TemporaryFolder();
        folder.File("README.md", readme);
        folder.File("notebooks/1-a/README.md", chapter);
        folder.Notebook("notebooks/0.ipynb", ("1", []));
        return folder;
    }
}
