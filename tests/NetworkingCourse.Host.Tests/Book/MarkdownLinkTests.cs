using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Book;

namespace NetworkingCourse.Host.Tests.Book;

/// <summary>Links of the notebooks and of the pages beside them, to files and to headings.</summary>
public sealed partial class MarkdownLinkTests
{
    private static readonly string[] Ends = [".md", ".ipynb"];

    [Fact]
    public void Every_link_of_notebooks_and_pages_leads_to_a_file_and_a_heading_that_are_there()
    {
        var files = Directory.EnumerateFiles(Repository.Notebooks, "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
            .Where(file => Ends.Contains(Path.GetExtension(file)) && !file.Contains("checkpoints", StringComparison.Ordinal))
            .ToList();
        Assert.True(files.Count > 60);
        var dead = files.SelectMany(file => Targets(file)
            .Where(link => !IsThere(file, link))
            .Select(link => $"{Path.GetRelativePath(Repository.Root, file)}: {link}"));
        Assert.Empty(dead);
    }

    private static IEnumerable<string> Targets(string file) =>
        Link().Matches(Code().Replace(TextOf(file), "")).Select(link => link.Groups["target"].Value)
            .Where(link => !Uri.TryCreate(link, UriKind.Absolute, out _));

    private static bool IsThere(string file, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? file
            : Path.GetFullPath(Uri.UnescapeDataString(parts[0]), Path.GetDirectoryName(file)!);
        return parts.Length == 1 || parts[1].Length == 0
            ? File.Exists(target) || Directory.Exists(target)
            : File.Exists(target) && Headings(target).Contains(Uri.UnescapeDataString(parts[1]).ToLowerInvariant());
    }

    // GitHub writes spaces as hyphens in small letters; Jupyter keeps the letters.
    private static IEnumerable<string> Headings(string file) =>
        Heading().Matches(TextOf(file)).Select(heading => BookMarkdown.Slug(heading.Groups["words"].Value.Trim()));

    private static string TextOf(string file)
    {
        var text = File.ReadAllText(file);
        return !file.EndsWith(".ipynb", StringComparison.Ordinal) ? text
            : string.Join("\n\n", JsonNode.Parse(text)!["cells"]!.AsArray()
                .Where(cell => (string?)cell!["cell_type"] == "markdown")
                .Select(cell => string.Concat(cell!["source"]!.AsArray().Select(line => (string?)line))));
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<words>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();
}
