using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NetworkingCourse.Host.Book;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>What the lessons say that they need, and the map that is drawn from it.</summary>
public sealed class NeedsTests
{
    private static readonly IReadOnlyList<string> Names =
        [.. Repository.NotebookNames.OrderBy(SitePath.Order, StringComparer.OrdinalIgnoreCase)];

    private static readonly Dictionary<string, IReadOnlyList<string>> All =
        Names.ToDictionary(name => name, name => NeededLessons.Of(name, Notebook.Read(Path.Combine(Repository.Notebooks, name))));

    [Fact]
    public void Each_lesson_of_a_chapter_says_what_it_needs() =>
        Assert.Equal(Names.Where(name => name.Contains('/', StringComparison.Ordinal)), Names.Where(name => All[name].Count > 0));

    // Where every lesson needs only earlier ones, no lesson needs itself in the end.
    [Fact]
    public void A_lesson_needs_only_earlier_lessons() => Assert.Empty(NotEarlier(Names, All));

    [Fact]
    public void A_lesson_does_not_repeat_what_the_lessons_need_that_it_needs() => Assert.Empty(
        from name in Names
        from need in All[name]
        where All[name].Any(other => Before(other).Contains(need))
        select $"{name}: {need}");

    [Theory]
    [InlineData("1/a.ipynb", "1/b.ipynb", "1/a.ipynb: 1/b.ipynb")]
    [InlineData("1/b.ipynb", "1/b.ipynb", "1/b.ipynb: 1/b.ipynb")]
    [InlineData("1/b.ipynb", "1/c.ipynb", "1/b.ipynb: 1/c.ipynb")]
    [InlineData("1/b.ipynb", "1/a.ipynb", null)]
    public void What_is_not_earlier_is_found(string name, string need, string? found)
    {
        string[] names = ["1/a.ipynb", "1/b.ipynb"];
        var needs = names.ToDictionary(other => other, other => (IReadOnlyList<string>)(other == name ? [need] : []));
        Assert.Equal(found, NotEarlier(names, needs).SingleOrDefault());
    }

    [Fact]
    public void The_map_has_a_box_for_each_lesson_and_an_arrow_for_each_need()
    {
        var map = MapOf(AllLessons());
        Assert.Equal(Names, map.Places.Select(place => place.Lesson.Name));
        Assert.Equal(
            from name in Names from need in All[name] select (need, name),
            map.Arrows.Select(arrow => (arrow.From.Lesson.Name, arrow.To.Lesson.Name)));
        Assert.Equal(map.Places.Count, map.Places.Select(place => (place.X, place.Y)).Distinct().Count());

        var svg = SvgOf(AllLessons());
        var links = Names.Select(name => $"<a href=\"{SitePath.Link(MapPage.Path, SitePath.OfLesson(name))}\"");
        Assert.All(links, link => Assert.Equal(1, Regex.Count(svg, Regex.Escape(link))));
        Assert.Equal(map.Arrows.Count, Regex.Count(svg, "class=\"needs\""));
        Assert.Contains("Queues and delay. Needs 2.4, 3.8\">", svg);
    }

    /// <summary>An arrow behind a box looks like two arrows that end there.</summary>
    [Fact]
    public void No_arrow_of_the_map_crosses_a_box()
    {
        var svg = XDocument.Parse(SvgOf(AllLessons()));
        var boxes = svg.Descendants("rect").Select(box => (
            Left: Number(box, "x"), Top: Number(box, "y"), Width: Number(box, "width"), Height: Number(box, "height"))).ToList();
        var arrows = svg.Descendants("path").Where(path => (string?)path.Attribute("class") == "needs").ToList();
        Assert.NotEmpty(arrows);
        Assert.All(arrows, arrow => Assert.DoesNotContain(
            Points((string)arrow.Attribute("d")!),
            point => boxes.Any(box => point.X > box.Left && point.X < box.Left + box.Width
                && point.Y > box.Top && point.Y < box.Top + box.Height)));
    }

    [Fact]
    public void Each_column_of_the_map_has_the_name_of_its_chapter_in_lines_that_fit()
    {
        var contents = AllLessons();
        var heads = XDocument.Parse(SvgOf(contents)).Descendants("text")
            .Where(text => (string?)text.Attribute("class") == "head")
            .ToList();
        Assert.Equal(
            contents.Chapters.Where(chapter => chapter.Folder.Length > 0).Select(chapter => chapter.Title),
            heads.Select(head => string.Join(' ', head.Elements("tspan").Select(line => line.Value))));
        var lines = heads.SelectMany(head => head.Elements("tspan")).ToList();
        Assert.All(lines, line => Assert.InRange(line.Value.Length, 1, 12));
        Assert.Equal(lines.Count, lines.Select(line => (Number(line, "x"), Number(line, "y"))).Distinct().Count());
    }

    [Fact]
    public void The_map_leaves_out_what_the_book_lacks()
    {
        var manifest = new Manifest();
        manifest.Notebooks["1-a/1-a.ipynb"] = new NotebookRecord("A", "ok", true, 1, null, []);
        var map = new LessonMap(new Contents("nowhere", manifest, withSolutions: false), _ => ["0-start-here.ipynb"]);
        Assert.Empty(map.Arrows);
        Assert.Equal("1", Assert.Single(map.Places).Label);
    }

    private static IEnumerable<string> Before(string name) => All[name]
        .Intersect(Names.TakeWhile(earlier => earlier != name))
        .SelectMany(need => Before(need).Prepend(need));

    private static LessonMap MapOf(Contents contents) => new(contents, lesson => All[lesson.Name]);

    private static string SvgOf(Contents contents) => MapSvg.Of(
        MapOf(contents), [.. contents.Chapters.Where(chapter => chapter.Folder.Length > 0)], MapPage.Path);

    private static Contents AllLessons()
    {
        var manifest = new Manifest();
        foreach (var name in Names)
        {
            var title = Notebook.Read(Path.Combine(Repository.Notebooks, name)).Title;
            manifest.Notebooks[name] = new NotebookRecord(title, "ok", true, 1, null, []);
        }

        return new Contents(Path.GetDirectoryName(Repository.Notebooks)!, manifest, withSolutions: false);
    }

    private static double Number(XElement element, string attribute) => (double)element.Attribute(attribute)!;

    // Points along a path of lines and of curves of the second and third order, all in absolute coordinates.
    private static IEnumerable<(double X, double Y)> Points(string path)
    {
        var at = (X: 0.0, Y: 0.0);
        foreach (Match step in Regex.Matches(path, "(?<letter>[A-Z])(?<numbers>[^A-Z]*)"))
        {
            var numbers = step.Groups["numbers"].Value
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(number => double.Parse(number, CultureInfo.InvariantCulture))
                .ToList();
            (double X, double Y)[] controls = step.Groups["letter"].Value switch
            {
                "H" => [at, (numbers[0], at.Y)],
                "V" => [at, (at.X, numbers[0])],
                "M" => [(numbers[0], numbers[1])],
                "C" or "Q" => [at, .. numbers.Chunk(2).Select(pair => (pair[0], pair[1]))],
                var letter => throw new FormatException(letter),
            };
            for (var share = 0.0; share <= 1; share += 1.0 / 64)
            {
                yield return Along(controls, share);
            }

            at = controls[^1];
        }
    }

    // De Casteljau's algorithm.
    private static (double X, double Y) Along((double X, double Y)[] controls, double share) => controls.Length == 1
        ? controls[0]
        : Along(
            [
                .. controls.Zip(controls.Skip(1), (from, to) =>
                    (from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y))),
            ],
            share);

    private static IEnumerable<string> NotEarlier(
        IReadOnlyList<string> names, Dictionary<string, IReadOnlyList<string>> needs) =>
        from name in names
        from need in needs[name]
        where !names.TakeWhile(earlier => earlier != name).Contains(need)
        select $"{name}: {need}";
}
