namespace NetworkingCourse.Host.Book;

/// <summary>Which lesson needs which: a column for each chapter, and above them what stands before all chapters.</summary>
internal sealed class LessonMap
{
    public const int ColumnWidth = 100;
    public const int RowHeight = 46;

    /// <param name="contents">The lessons.</param>
    /// <param name="needs">What a lesson needs, as paths below the folder of notebooks. What the book lacks is left out.</param>
    public LessonMap(Contents contents, Func<Lesson, IReadOnlyList<string>> needs)
    {
        var chapters = contents.Chapters.Where(chapter => chapter.Folder.Length > 0).ToList();
        var places = chapters
            .SelectMany((chapter, column) => chapter.Lessons.Select((lesson, row) =>
                new MapPlace(lesson, Label(lesson, row), ColumnWidth / 2 + column * ColumnWidth, 90 + row * RowHeight, column)))
            .ToList();
        Width = Math.Max(1, chapters.Count) * ColumnWidth;
        var before = contents.Lessons.Where(lesson => lesson.Chapter.Length == 0).ToList();
        places.InsertRange(0, before.Select((lesson, index) =>
            new MapPlace(lesson, lesson.Title, Width * (2 * index + 1) / (2 * before.Count), 24, null)));
        Places = places;
        Height = places.Max(place => place.Y) + 24;
        var byName = places.ToDictionary(place => place.Lesson.Name, StringComparer.OrdinalIgnoreCase);
        Arrows =
        [
            .. from place in places
               from name in needs(place.Lesson)
               where byName.ContainsKey(name)
               select (byName[name], place),
        ];
    }

    public int Width { get; }

    public int Height { get; }

    public IReadOnlyList<MapPlace> Places { get; }

    /// <summary>From each lesson that is needed to the one that needs it.</summary>
    public IReadOnlyList<(MapPlace From, MapPlace To)> Arrows { get; }

    /// <summary>The places of the lessons that a lesson needs.</summary>
    public IEnumerable<MapPlace> NeedsOf(MapPlace place) => Arrows.Where(arrow => arrow.To == place).Select(arrow => arrow.From);

    // The titles of the course begin with a number, as in "2.10 · What the kernel does".
    private static string Label(Lesson lesson, int row) =>
        lesson.Title.Split(" · ") is { Length: > 1 } parts && parts[0].Length <= 5
            ? parts[0]
            : FormattableString.Invariant($"{row + 1}");
}

/// <summary>A lesson on the map, in units of which the map is 100 wide for each chapter.</summary>
/// <param name="Lesson">The lesson.</param>
/// <param name="Label">What its box says.</param>
/// <param name="X">The middle of the box.</param>
/// <param name="Y">The middle of the box, counted from the top.</param>
/// <param name="Column">Its chapter; null for what stands above all chapters.</param>
internal sealed record MapPlace(Lesson Lesson, string Label, int X, int Y, int? Column);
