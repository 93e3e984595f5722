using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>Finds the pictures that a notebook shows and the pages that it links to, which its executed copy needs too.</summary>
internal static partial class LinkedFiles
{
    /// <summary>The files that a notebook's text links to, directly or through linked pages; no other notebooks.</summary>
    /// <param name="notebook">The notebook, in its original folder.</param>
    /// <returns>Paths relative to the notebook's folder.</returns>
    public static IReadOnlyCollection<string> Of(Notebook notebook)
    {
        var found = new HashSet<string>();
        var pages = new Queue<(string Folder, string Text)>();
        pages.Enqueue(("", string.Join('\n', notebook.Cells.Where(cell => !cell.IsCode).Select(cell => cell.Source))));
        while (pages.TryDequeue(out var page))
        {
            var targets = Link().Matches(page.Text).Select(link => Uri.UnescapeDataString(link.Groups["target"].Value));
            foreach (var target in targets.Where(IsFile))
            {
                var path = Path.GetRelativePath(notebook.Folder, Path.Combine(notebook.Folder, page.Folder, target));
                var file = Path.Combine(notebook.Folder, path);
                if (File.Exists(file) && found.Add(path) && target.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
                {
                    pages.Enqueue((Path.GetDirectoryName(path) ?? "", File.ReadAllText(file)));
                }
            }
        }

        return found;
    }

    // Neither a URL nor another notebook: a notebook is written when it is run.
    private static bool IsFile(string target) =>
        target.AsSpan().IndexOfAny(':', '\0') < 0 && !target.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)")]
    private static partial Regex Link();
}
