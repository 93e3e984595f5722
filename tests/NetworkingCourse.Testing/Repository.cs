using System.Text.RegularExpressions;

namespace NetworkingCourse.Testing;

/// <summary>Where things are in the checkout that the tests run in.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Notebooks => Path.Combine(Root, "notebooks");

    /// <summary>The lessons' paths relative to the notebooks' folder, with forward slashes.</summary>
    public static IEnumerable<string> NotebookNames =>
        AllNotebookNames.Where(name => !name.StartsWith("solutions/", StringComparison.Ordinal));

    /// <summary>The paths of the notebooks with solutions.</summary>
    public static IEnumerable<string> SolutionNames => AllNotebookNames.Except(NotebookNames);

    /// <summary>The paths of lessons and solutions.</summary>
    public static IEnumerable<string> AllNotebookNames =>
        Directory.EnumerateFiles(Notebooks, "*.ipynb", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Notebooks, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => !name.Contains(".ipynb_checkpoints", StringComparison.Ordinal))
            .OrderBy(name => Regex.Replace(name, "[0-9]+", digits => digits.Value.PadLeft(9, '0')), StringComparer.Ordinal);

    public static TheoryData<string> NotebookTheory => [.. NotebookNames];

    /// <summary>The C# files below a folder, as paths relative to it, with forward slashes.</summary>
    /// <param name="folder">The folder, relative to the root.</param>
    public static IEnumerable<string> SourceFiles(string folder)
    {
        var root = Path.Combine(Root, folder);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !file.Split('/').Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NetworkingCourse.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
