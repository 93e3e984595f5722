namespace NetworkingCourse.Host.Book;

/// <summary>A term of the field. Lessons are given by their paths below the folder of notebooks.</summary>
/// <param name="Names">The term, and other names of the same.</param>
/// <param name="Meaning">One or two sentences.</param>
/// <param name="Source">Where the definition comes from.</param>
/// <param name="Lesson">The lesson that explains it first.</param>
/// <param name="More">Lessons that say more about it.</param>
/// <param name="Except">Lessons in which the word means something else.</param>
internal sealed record Term(
    IReadOnlyList<string> Names,
    string Meaning,
    string Source,
    string Lesson,
    IReadOnlyList<string> More,
    IReadOnlyList<string> Except)
{
    public string Name => Names[0];
}
