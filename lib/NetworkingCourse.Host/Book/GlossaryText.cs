using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Book;

/// <summary>
/// Reads the text of the glossary, which learners read as well: for each term a heading, and a paragraph in a fixed form.
/// </summary>
internal static partial class GlossaryText
{
    /// <param name="markdown">The text of the file; empty if there is none.</param>
    /// <exception cref="FormatException">An entry is not in the form of the others.</exception>
    public static Glossary Parse(string markdown) =>
        new([.. Entry().Matches(markdown.ReplaceLineEndings("\n")).Select(entry => TermOf(
            entry.Groups["name"].Value, entry.Groups["body"].Value.Replace('\n', ' ').Trim()))]);

    private static Term TermOf(string name, string body)
    {
        var parts = Body().Match(body);
        return parts.Success
            ? new Term(
                [name, .. parts.Groups["also"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries)],
                parts.Groups["meaning"].Value,
                parts.Groups["source"].Value,
                parts.Groups["lesson"].Value,
                Targets(parts.Groups["more"].Value),
                Targets(parts.Groups["except"].Value))
            : throw new FormatException($"The entry '{name}' is not in the form of the others: {body}");
    }

    private static string[] Targets(string links) => [.. Link().Matches(links).Select(link => link.Groups["target"].Value)];

    [GeneratedRegex(@"^### (?<name>.+)\n\n(?<body>(?:.+(?:\n|$))+)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(
        @"^(?<meaning>.+?)(?: Also: (?<also>[^.]+)\.)? Source: (?<source>.+?)\. Explained in \[[^\]]+\]\((?<lesson>[^)]+)\)\."
            + @"(?: More in (?<more>\[.+?\))\.)?(?: Something else in (?<except>\[.+?\))\.)?$")]
    private static partial Regex Body();

    [GeneratedRegex(@"\[[^\]]+\]\((?<target>[^)]+)\)")]
    private static partial Regex Link();
}
