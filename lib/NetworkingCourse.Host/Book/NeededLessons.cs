using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// Which lessons a lesson needs. It says so in its first cell: <c>**Needs:** [1.1](1-a.ipynb) and [1.2](2-b.ipynb).</c>
/// </summary>
internal static partial class NeededLessons
{
    /// <param name="name">The lesson: its path below the folder of notebooks.</param>
    /// <param name="notebook">The lesson.</param>
    /// <returns>The lessons that it needs, as paths below the same folder.</returns>
    public static IReadOnlyList<string> Of(string name, Notebook notebook) =>
    [
        .. Link().Matches(Statement().Match(notebook.Cells.FirstOrDefault(cell => !cell.IsCode)?.Source ?? "").Value)
            .Select(link => SitePath.Resolve(name, link.Groups["target"].Value)).OfType<string>(),
    ];

    [GeneratedRegex(@"^\*\*Needs:\*\* .+\.$", RegexOptions.Multiline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)")]
    private static partial Regex Link();
}
