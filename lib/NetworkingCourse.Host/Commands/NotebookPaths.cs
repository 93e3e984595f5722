using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary>A notebook, and the name it has in the output: its path below the course's notebooks, with forward slashes.</summary>
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

        throw new NotebookException($"There is no folder '{Folder}' here or above. Go to the project's folder, or name the notebooks.");
    }

    /// <summary>The notebooks that the paths name, in their order; all of the course's where there are no paths.</summary>
    /// <exception cref="NotebookException">A path names nothing, or a folder without notebooks.</exception>
    public static IReadOnlyList<NotebookPath> Find(IReadOnlyList<string> paths) =>
        [.. (paths.Count == 0 ? FindBelow(Root()) : paths.SelectMany(Find)).DistinctBy(notebook => notebook.FilePath)];

    /// <summary>The same, each with a name of its own in the output.</summary>
    /// <exception cref="NotebookException">As <see cref="Find(IReadOnlyList{string})"/>; or two notebooks would have one name.</exception>
    public static IReadOnlyList<NotebookPath> FindWithNames(IReadOnlyList<string> paths)
    {
        var found = Find(paths);
        return found.GroupBy(notebook => notebook.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(named => named.Count() > 1) is { } same
            ? throw new NotebookException(
                $"{string.Join(" and ", same.Select(notebook => DisplayPath.Path(notebook.FilePath)))} would both be written as {same.Key}. Run them one by one, each with its own --out DIR.")
            : found;
    }

    private static IEnumerable<NotebookPath> Find(string path)
    {
        if (path.Length == 0)
        {
            throw new NotebookException("One of the paths is empty. Name a notebook or a folder; without a path, every notebook of the course is meant.");
        }

        var full = Path.GetFullPath(path);
        return File.Exists(full) ? [new NotebookPath(full, NameOf(full, Path.GetDirectoryName(full)!))]
            : Directory.Exists(full) ? FindBelow(full)
            : throw new NotebookException($"There is no notebook {path}. Check the path; without one, every notebook of the course is meant.");
    }

    private static List<NotebookPath> FindBelow(string folder)
    {
        try
        {
            List<NotebookPath> below = [.. FilesBelow(folder).Select(file => new NotebookPath(file, NameOf(file, folder)))];
            return below.Count > 0 ? below : throw new NotebookException($"There is no notebook in the folder {DisplayPath.Path(folder)}. A notebook's file ends with {Ending}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The folder {DisplayPath.Path(folder)} cannot be searched for notebooks: {exception.Message} Name the notebooks themselves.");
        }
    }

    // What earlier runs have written below the folder are results, and not the course's notebooks.
    private static IEnumerable<string> FilesBelow(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Ending)
            .Order(StringComparer.OrdinalIgnoreCase)
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(below => !NotNotebooks.Contains(Path.GetFileName(below)) && !ArtifactFolder.IsOne(below))
                .Order(StringComparer.OrdinalIgnoreCase)
                .SelectMany(FilesBelow));

    // Whichever way a notebook of the course was named, its artifacts lie in the same place. Others have their place below what was named.
    private static string NameOf(string file, string named)
    {
        var top = named;
        for (var folder = Directory.GetParent(file); folder is not null; folder = folder.Parent)
        {
            if (folder.Name == Folder)
            {
                top = folder.FullName;
                break;
            }
        }

        return Path.GetRelativePath(top, file).Replace(Path.DirectorySeparatorChar, '/');
    }
}
