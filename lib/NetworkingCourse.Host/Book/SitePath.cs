using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Book;

/// <summary>Where the pages of the site are: paths below its top folder with forward slashes, and links between them.</summary>
internal static partial class SitePath
{
    public const string Front = "index.html";

    /// <summary>The folder of the pages of lessons and chapters.</summary>
    public const string Pages = "book";

    /// <summary>The folder of the executed notebooks, which also has the pictures that pages show.</summary>
    public const string Notebooks = "notebooks";

    /// <summary>Where solutions are, below the folder of notebooks.</summary>
    public const string Solutions = "solutions";

    /// <summary>The page of a notebook.</summary>
    public static string OfLesson(string name) => $"{Pages}/{Path.ChangeExtension(name, ".html")}";

    /// <summary>The page of a chapter, which is a folder of notebooks; the top folder's is the front page.</summary>
    public static string OfChapter(string folder) => folder.Length == 0 ? Front : $"{Pages}/{folder}/index.html";

    /// <summary>The folder of a notebook, below the folder of notebooks; empty for the top one.</summary>
    public static string ChapterOf(string name) => name.LastIndexOf('/') is >= 0 and var end ? name[..end] : "";

    /// <summary>Whether a link in a lesson leads to a solution.</summary>
    public static bool IsSolution(string link) =>
        link.Contains(Solutions + "/", StringComparison.Ordinal) && link.EndsWith(".ipynb", StringComparison.Ordinal);

    /// <summary>The link from one page to another file, both below the top folder.</summary>
    public static string Link(string from, string to)
    {
        var up = string.Concat(Enumerable.Repeat("../", from.Count(letter => letter == '/')));
        return up + string.Join('/', to.Split('/').Select(Uri.EscapeDataString));
    }

    /// <summary>Resolves a relative link in a file; null if it leads out of the folder.</summary>
    public static string? Resolve(string file, string link)
    {
        var parts = new Stack<string>(ChapterOf(file).Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in Uri.UnescapeDataString(link).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "." || (part == ".." && parts.TryPop(out _)))
            {
                continue;
            }

            if (part == "..")
            {
                return null;
            }

            parts.Push(part);
        }

        return string.Join('/', parts.Reverse());
    }

    /// <summary>The key by which lesson 10 comes after lesson 9, and the top folder's notebooks come before all others.</summary>
    public static string Order(string name) =>
        $"{(ChapterOf(name) is { Length: > 0 } chapter ? "1" + Padded(chapter) : "0")}/{Padded(name)}";

    private static string Padded(string name) => Digits().Replace(name, number => number.Value.PadLeft(9, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
