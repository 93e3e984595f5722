using System.Net;

namespace NetworkingCourse.Host.Book;

/// <summary>The page with the map of the lessons, as a drawing and as a list.</summary>
internal static class MapPage
{
    public const string Path = SitePath.Pages + "/map.html";

    private const string About =
        "An arrow leads from a lesson to one that builds on it. Each lesson says at its beginning what it needs; what those "
        + "lessons need in turn is not repeated.";

    public static Page Of(LessonMap map, Contents contents)
    {
        var sections = new Sections();
        var chapters = contents.Chapters.Where(chapter => chapter.Folder.Length > 0).ToList();
        sections.Begin("Map of the lessons", 1);
        sections.AddHtml($"<p>{About}</p>\n{MapSvg.Of(map, chapters, Path)}");
        foreach (var chapter in chapters)
        {
            sections.Begin(WebUtility.HtmlEncode(chapter.Title), 2);
            var places = map.Places.Where(place => place.Lesson.Chapter == chapter.Folder);
            sections.AddHtml($"<ul>\n{string.Concat(places.Select(place => Item(place, map)))}</ul>\n");
        }

        return new Page(Path, "Map of the lessons", sections.ToHtml()) { Sections = sections.All };
    }

    private static string Item(MapPlace place, LessonMap map)
    {
        var needs = string.Join(", ", map.NeedsOf(place).Select(needed => Link(needed.Lesson, needed.Label)));
        return $"<li>{Link(place.Lesson, place.Lesson.Title)}{(needs.Length == 0 ? "" : " needs " + needs)}</li>\n";
    }

    private static string Link(Lesson lesson, string text) =>
        $"<a href=\"{SitePath.Link(Path, lesson.Page)}\">{WebUtility.HtmlEncode(text)}</a>";
}
