namespace NetworkingCourse.Host.Book;

/// <summary>The page of the glossary, whose entries lead to the lessons that explain the terms.</summary>
internal static class GlossaryPage
{
    /// <param name="text">The text of the glossary's file.</param>
    /// <param name="contents">The lessons of the book.</param>
    public static Page Of(string text, Contents contents)
    {
        var sections = new Sections();
        sections.Add(BookMarkdown.Parse(text, link => contents.Resolve(Glossary.Page, Glossary.FileName, link)));
        return new Page(Glossary.Page, "Glossary", sections.ToHtml()) { Sections = sections.All };
    }
}
