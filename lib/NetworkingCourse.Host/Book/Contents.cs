namespace NetworkingCourse.Host.Book;

/// <summary>The lessons of the book in their order, its chapters, and where links lead.</summary>
internal sealed class Contents
{
    private readonly string _top;
    private readonly Dictionary<string, Lesson> _byName;

    /// <param name="top">The top folder of the site.</param>
    /// <param name="manifest">What has been run.</param>
    /// <param name="withSolutions">Whether the pages have solutions.</param>
    public Contents(string top, Manifest manifest, bool withSolutions)
    {
        (_top, WithSolutions) = (top, withSolutions);
        Lessons =
        [
            // Solutions may have been run too. They belong to their lessons' pages.
            .. manifest.Notebooks
                .Where(entry => !entry.Key.StartsWith(SitePath.Solutions + "/", StringComparison.Ordinal))
                .Select(entry => new Lesson(entry.Key, entry.Value))
                .OrderBy(lesson => SitePath.Order(lesson.Name), StringComparer.OrdinalIgnoreCase),
        ];
        _byName = Lessons.ToDictionary(lesson => lesson.Name, StringComparer.OrdinalIgnoreCase);
        Chapters =
        [
            .. Lessons.GroupBy(lesson => lesson.Chapter)
                .Select(group => new Chapter(group.Key, TitleOf(group.Key), [.. group])),
        ];
    }

    public IReadOnlyList<Lesson> Lessons { get; }

    public IReadOnlyList<Chapter> Chapters { get; }

    public bool WithSolutions { get; }

    /// <summary>The text of the glossary; null if the book has none.</summary>
    public string? GlossaryText => Path.Combine(_top, SitePath.Notebooks, Glossary.FileName) is var file && File.Exists(file)
        ? File.ReadAllText(file)
        : null;

    /// <summary>Whether the book has a map: whether it has any chapter.</summary>
    public bool HasMap => Chapters.Any(chapter => chapter.Folder.Length > 0);

    /// <summary>The lesson before or after another one; null at an end.</summary>
    public Lesson? Beside(Lesson lesson, int step) =>
        Lessons.ElementAtOrDefault(Lessons.ToList().IndexOf(lesson) + step);

    /// <summary>The solutions of a lesson, as a file; null if the book has none.</summary>
    public string? SolutionsOf(Lesson lesson)
    {
        var file = Path.Combine(_top, SitePath.Notebooks, SitePath.Solutions, lesson.Name);
        return WithSolutions && File.Exists(file) ? file : null;
    }

    /// <summary>Where a link in a notebook or a README leads in the book; null if the book does not have its target.</summary>
    /// <param name="page">The page that has the link.</param>
    /// <param name="file">The file that has the link, below the folder of notebooks.</param>
    /// <param name="link">The link, relative to the file.</param>
    public string? Resolve(string page, string file, string link)
    {
        if (link.StartsWith('#') || Uri.TryCreate(link, UriKind.Absolute, out _))
        {
            return link;
        }

        var parts = link.Split('#', 2);
        var fragment = parts.Length > 1 ? "#" + parts[1] : "";
        if (SitePath.Resolve(file, parts[0]) is not { } target)
        {
            return null;
        }

        if (_byName.TryGetValue(target, out var lesson))
        {
            return SitePath.Link(page, lesson.Page) + fragment;
        }

        if (target.StartsWith(SitePath.Solutions + "/", StringComparison.Ordinal)
            && _byName.TryGetValue(target[(SitePath.Solutions.Length + 1)..], out var solved)
            && SolutionsOf(solved) is not null)
        {
            return SitePath.Link(page, solved.Page) + "#" + SitePath.Solutions;
        }

        if (target == Glossary.FileName && GlossaryText is not null)
        {
            return SitePath.Link(page, Glossary.Page) + fragment;
        }

        var folder = target.EndsWith("README.md", StringComparison.Ordinal) ? SitePath.ChapterOf(target) : target;
        if (Chapters.Any(chapter => chapter.Folder == folder))
        {
            return SitePath.Link(page, SitePath.OfChapter(folder));
        }

        return File.Exists(Path.Combine(_top, SitePath.Notebooks, target)) && !target.EndsWith(".ipynb", StringComparison.Ordinal)
            ? SitePath.Link(page, $"{SitePath.Notebooks}/{target}")
            : null;
    }

    /// <summary>The text of a chapter's README; null if it has none.</summary>
    public string? ReadMe(string folder)
    {
        var file = Path.Combine(_top, SitePath.Notebooks, folder, "README.md");
        return folder.Length > 0 && File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private string TitleOf(string folder) =>
        folder.Length == 0 ? "To begin with"
        : ReadMe(folder)?.Split('\n').FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim()
            ?? folder;
}

/// <summary>A folder of notebooks.</summary>
/// <param name="Folder">Its path below the folder of notebooks; empty for that folder itself.</param>
/// <param name="Title">The first heading of its README.</param>
/// <param name="Lessons">The lessons that have been run.</param>
internal sealed record Chapter(string Folder, string Title, IReadOnlyList<Lesson> Lessons);
