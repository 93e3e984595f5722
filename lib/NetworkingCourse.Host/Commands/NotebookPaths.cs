using System.Text.RegularExpressions;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Commands;

/// <summary>
/// A notebook's file and its name in the output: its path relative to the folder of notebooks, with forward slashes.
/// </summary>
internal sealed record NotebookPath(string FilePath, string Name);

/// <summary>Finds the notebooks that a command names.</summary>
internal static partial class NotebookPaths
{
    private const string Folder = "notebooks";
    private const string Ending = ".ipynb";
    private const string Solutions = "solutions";
    private static readonly string[] NotNotebooks = ["bin", ".ipynb_checkpoints"];

    /// <summary>Finds the course's folder of notebooks, in or above the current folder or the program's folder.</summary>
    /// <exception cref="NotebookException">There is no such folder.</exception>
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

        throw new NotebookException(
            $"There is no folder '{Folder}' here or above. Change to the project's folder, or name the notebooks.");
    }

    /// <summary>
    /// Finds the notebooks at these paths, in the order of the paths; all of the course's if there are no paths.
    /// </summary>
    /// <exception cref="NotebookException">A path does not exist, or is a folder without notebooks.</exception>
    public static IReadOnlyList<NotebookPath> Find(IReadOnlyList<string> paths) =>
        [.. (paths.Count == 0 ? FindBelow(Root()) : paths.SelectMany(Find)).DistinctBy(notebook => notebook.FilePath)];

    /// <summary>
    /// Finds notebooks as <see cref="Find(IReadOnlyList{string})"/> does, and checks that their names are unique.
    /// </summary>
    /// <exception cref="NotebookException">
    /// As for <see cref="Find(IReadOnlyList{string})"/>, or two notebooks would have the same name.
    /// </exception>
    public static IReadOnlyList<NotebookPath> FindWithNames(IReadOnlyList<string> paths)
    {
        // Solutions are not part of the course as it is read: they are run only if they are named.
        var found = Find(paths)
            .Where(notebook => paths.Count > 0 || !notebook.Name.StartsWith(Solutions + "/", StringComparison.Ordinal))
            .ToList();
        var same = found
            .GroupBy(notebook => notebook.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(named => named.Count() > 1);
        if (same is null)
        {
            return found;
        }

        var both = string.Join(" and ", same.Select(notebook => DisplayPath.Path(notebook.FilePath)));
        throw new NotebookException(
            $"{both} would both be written as {same.Key}. Run them one by one, each with its own --out DIR.");
    }

    private static IEnumerable<NotebookPath> Find(string path)
    {
        if (path.Length == 0)
        {
            throw new NotebookException(
                "One of the paths is empty. Name a notebook or a folder; without a path, every notebook of the course is used.");
        }

        var full = Path.GetFullPath(path);
        return File.Exists(full) ? [new NotebookPath(full, NameOf(full, Path.GetDirectoryName(full)!))]
            : Directory.Exists(full) ? FindBelow(full)
            : throw new NotebookException(
                $"There is no notebook {path}. Check the path; without one, every notebook of the course is used.");
    }

    private static List<NotebookPath> FindBelow(string folder)
    {
        try
        {
            List<NotebookPath> below = [.. FilesBelow(folder).Select(file => new NotebookPath(file, NameOf(file, folder)))];
            return below.Count > 0 ? below : throw new NotebookException(
                $"There is no notebook in the folder {DisplayPath.Path(folder)}. A notebook's file name ends with {Ending}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var shown = DisplayPath.Path(folder);
            throw new NotebookException(
                $"The folder {shown} cannot be searched for notebooks: {exception.Message} Name the notebooks themselves.");
        }
    }

    // Skips the output folders of earlier runs: executed notebooks are not the course's own.
    private static IEnumerable<string> FilesBelow(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Ending)
            .OrderBy(ByNumber, StringComparer.OrdinalIgnoreCase)
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(below => !NotNotebooks.Contains(Path.GetFileName(below)) && !ArtifactFolder.IsOne(below))
                .OrderBy(ByNumber, StringComparer.OrdinalIgnoreCase)
                .SelectMany(FilesBelow));

    // Lesson 10 comes after lesson 9.
    private static string ByNumber(string path) => Number().Replace(path, digits => digits.Value.PadLeft(9, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    // A notebook of the course gets the same name whichever path was given. Other notebooks are named relative to that path.
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
