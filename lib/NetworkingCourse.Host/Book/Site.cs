using System.Text.Json;
using NetworkingCourse.Figures;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// The pages of an output folder. They are made from what is in it, so that they can be made anew without running anything: the
/// executed notebooks, the data of the figures, and the record of the runs.
/// </summary>
/// <param name="top">The output folder.</param>
/// <param name="manifest">The record of the runs.</param>
/// <param name="withSolutions">Whether pages show solutions.</param>
internal sealed class Site(string top, Manifest manifest, bool withSolutions)
{
    private readonly Dictionary<string, Figure?> _figures = [];
    private readonly SharedStyles _styles = new(top);
    private bool _hasAssets;

    /// <summary>Writes the front page.</summary>
    /// <param name="written">The notebooks that this run has written.</param>
    public void WriteFront(IReadOnlySet<string> written)
    {
        if (!_hasAssets)
        {
            Assets.Write(top);
            _hasAssets = true;
        }

        var contents = NewContents();
        Write(FrontPage.Of(contents, written, ReadFigure), contents);
    }

    /// <summary>Writes the pages of a notebook and its figures, as soon as it has been run.</summary>
    public void WriteLesson(string name)
    {
        var contents = NewContents();
        if (contents.Lessons.FirstOrDefault(lesson => lesson.Name == name) is { } lesson)
        {
            lesson.Record.Figures.ToList().ForEach(path => _figures.Remove(path));
            WriteLesson(lesson, contents);
        }
    }

    /// <summary>Writes all pages and the search index, and deletes the pages of notebooks that are gone.</summary>
    public void WriteAll()
    {
        var contents = NewContents();
        var search = new SearchIndex();
        var pages = contents.Lessons.Select(lesson => WriteLesson(lesson, contents)).OfType<Page>()
            .Concat(contents.Chapters.Where(chapter => chapter.Folder.Length > 0).Select(chapter =>
            {
                var page = ChapterPage.Of(chapter, contents);
                Write(page, contents);
                return page;
            }))
            .ToList();
        if (contents.GlossaryText is { } glossary)
        {
            pages.Add(GlossaryPage.Of(glossary, contents));
            Write(pages[^1], contents);
        }

        if (contents.HasMap)
        {
            pages.Add(MapPage.Of(new LessonMap(contents, NeedsOf), contents));
            Write(pages[^1], contents);
        }

        foreach (var page in pages)
        {
            foreach (var section in page.Sections)
            {
                search.Add(page.Path, page.Title, section.Title, section.Level == 1 ? "" : section.Anchor, section.Text);
            }
        }

        AtomicFile.WriteText(Path.Combine(top, Assets.Path(Assets.Search)), search.ToScript());
        DeleteOthers([.. pages.Select(page => Path.GetFullPath(Path.Combine(top, page.Path)))]);
    }

    private Page? WriteLesson(Lesson lesson, Contents contents)
    {
        var figures = new List<string?>();
        foreach (var path in lesson.Record.Figures)
        {
            var figure = ReadFigure(path);
            figures.Add(figure is null ? null : path);
            if (figure is not null)
            {
                Write(ChartPage.Of(figure, path, lesson), contents);
            }
        }

        if (lesson.Read(top) is not { } notebook)
        {
            return null;
        }

        var page = LessonPage.Of(lesson, notebook, figures, contents);
        Write(page, contents);
        return page;
    }

    private IReadOnlyList<string> NeedsOf(Lesson lesson) =>
        lesson.Read(top) is { } notebook ? NeededLessons.Of(lesson.Name, notebook) : [];

    private Figure? ReadFigure(string path)
    {
        if (_figures.TryGetValue(path, out var known) && File.Exists(Path.Combine(top, path + ".json")))
        {
            return known;
        }

        try
        {
            return _figures[path] = Figure.FromJson(File.ReadAllText(Path.Combine(top, path + ".json")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // The file has been deleted or damaged. The page says so, and still shows the other figures.
            return null;
        }
    }

    private void DeleteOthers(HashSet<string> pages)
    {
        var folder = new DirectoryInfo(Path.Combine(top, SitePath.Pages));
        foreach (var file in folder.Exists ? folder.EnumerateFiles("*.html", SearchOption.AllDirectories).ToList() : [])
        {
            if (!pages.Contains(file.FullName))
            {
                file.Delete();
            }
        }
    }

    private void Write(Page page, Contents contents) =>
        AtomicFile.WriteText(
            Path.Combine(top, page.Path),
            PageFrame.Html(page with { Styles = _styles.Of(page.Path, page.Styles) }, contents));

    private Contents NewContents() => new(top, manifest, withSolutions);
}
