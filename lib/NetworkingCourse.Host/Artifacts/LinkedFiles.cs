using System.Text.RegularExpressions;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Artifacts;

/// <summary>The pictures that a notebook shows and the pages that it links to: an executed notebook needs them too.</summary>
internal static partial class LinkedFiles
{
    /// <summary>The files that a notebook's text names, and those that these pages name in turn; no other notebooks.</summary>
    /// <param name="notebook">The notebook, as it lies in its folder.</param>
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

    // Not an address, and not another notebook: those are written when they are run.
    private static bool IsFile(string target) =>
        target.AsSpan().IndexOfAny(':', '\0') < 0 && !target.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)")]
    private static partial Regex Link();
}
