using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Book;

/// <summary>An executed notebook and what is known of its run.</summary>
/// <param name="Name">Its path relative to the folder of notebooks.</param>
/// <param name="Record">The result of its run.</param>
internal sealed partial record Lesson(string Name, NotebookRecord Record)
{
    public string Page => SitePath.OfLesson(Name);

    public string Chapter => SitePath.ChapterOf(Name);

    /// <summary>The title as plain text.</summary>
    public string Title => Marks().Replace(Record.Title, "");

    /// <summary>The id of the lesson on the front page.</summary>
    public string Anchor => Path.ChangeExtension(Name, null).Replace('/', '-').Replace(' ', '-');

    /// <summary>Reads the executed notebook; null if it has been deleted or damaged.</summary>
    /// <param name="top">The top folder of the site.</param>
    public Notebook? Read(string top)
    {
        try
        {
            return Notebook.ReadExecuted(Path.Combine(top, SitePath.Notebooks, Name));
        }
        catch (NotebookException)
        {
            return null;
        }
    }

    [GeneratedRegex("[`*]")]
    private static partial Regex Marks();
}
