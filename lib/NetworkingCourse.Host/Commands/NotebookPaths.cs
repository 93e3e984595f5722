using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary>A notebook to be run, and the name it has in the output: its path below the course's notebooks, with forward slashes.</summary>
internal sealed record NotebookPath(string FilePath, string Name);

/// <summary>Finds the notebooks that a command names.</summary>
internal static class NotebookPaths
{
    private const string Folder = "notebooks";
    private const string Ending = ".ipynb";
    private static readonly string[] NotNotebooks = ["bin", ".ipynb_checkpoints"];

    /// <summary>The course's folder of notebooks: above the current folder, or above the program.</summary>
    /// <exception cref="NotebookException">There is none.</exception>
    public static string Root()
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, Folder);
                if (Directory.Exists(candidate) && Directory.EnumerateFiles(candidate, "*" + Ending).Any())
                {
                    return candidate;
                }
            }
        }

        throw new NotebookException($"There is no folder '{Folder}' here or above. Go to the project's folder, or name the notebooks: run PATH…");
    }

    /// <summary>The notebooks that the paths name, in their order; all of the course's where there are no paths.</summary>
    /// <exception cref="NotebookException">A path names nothing, or a folder without notebooks.</exception>
    public static IReadOnlyList<NotebookPath> Find(IReadOnlyList<string> paths)
    {
        var found = paths.Count == 0 ? Below(Root(), Root()) : paths.SelectMany(path => Find(path));
        return [.. found.DistinctBy(notebook => notebook.FilePath)];
    }

    private static List<NotebookPath> Find(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            return [new NotebookPath(full, NameOf(full))];
        }

        if (!Directory.Exists(full))
        {
            throw new NotebookException($"There is no notebook {path}. Check the path; 'run' without a path runs every notebook.");
        }

        var below = Below(full, full).ToList();
        return below.Count > 0 ? below : throw new NotebookException($"There is no notebook in the folder {path}. A notebook's file ends with {Ending}.");
    }

    private static IEnumerable<NotebookPath> Below(string folder, string top) =>
        Directory.EnumerateFiles(folder, "*" + Ending)
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(file => new NotebookPath(file, NameOf(file)))
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(below => !NotNotebooks.Contains(Path.GetFileName(below)))
                .Order(StringComparer.OrdinalIgnoreCase)
                .SelectMany(below => Below(below, top)));

    // Whichever way a notebook was named, its artifacts lie in the same place.
    private static string NameOf(string file)
    {
        for (var folder = Directory.GetParent(file); folder is not null; folder = folder.Parent)
        {
            if (folder.Name == Folder)
            {
                return Path.GetRelativePath(folder.FullName, file).Replace(Path.DirectorySeparatorChar, '/');
            }
        }

        return Path.GetFileName(file);
    }
}
