using System.Text;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Jupyter.Installing;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Bundle;

/// <summary>The folder of the notebooks, with the library that they load. Outputs of the author's own runs stay behind.</summary>
internal static class NotebookFiles
{
    private const string Library = "bin";
    private const string Settings = ".vscode";
    private const string Solutions = "solutions";

    // From the folder of the notebooks. PowerShell takes this too.
    private const string Program = "../course/NetworkingCourse.Host";

    // Of the library's own file, learners see the documentation, and the lines where something was thrown.
    private static readonly string[] WithoutDll =
        ["NetworkingCourse.xml", "NetworkingCourse.pdb", Parts.Worker + ".runtimeconfig.json"];

    /// <param name="name">The folder in the bundle.</param>
    /// <param name="folder">The course's folder of notebooks.</param>
    /// <param name="withSolutions">Whether learners get the solutions.</param>
    /// <exception cref="NotebookException">A notebook cannot be read.</exception>
    /// <exception cref="BundleException">The library is not there.</exception>
    public static IReadOnlyList<BundleFile> Of(string name, string folder, bool withSolutions)
    {
        var library = Path.Combine(folder, Library);
        if (!File.Exists(Path.Combine(library, "NetworkingCourse.dll")))
        {
            throw new BundleException($"There is no library in {library}. Build the course first: dotnet build.");
        }

        return
        [
            .. Below(name, folder, withSolutions),
            .. BundleFile.Below($"{name}/{Library}", library)
                .Where(file => IsOfTheLibrary(Path.GetFileName(file.Name))),
        ];
    }

    private static bool IsOfTheLibrary(string name) =>
        name.EndsWith(".dll", StringComparison.Ordinal) || WithoutDll.Contains(name);

    private static IEnumerable<BundleFile> Below(string name, string folder, bool withSolutions = true) =>
        Directory.EnumerateFiles(folder)
            .Where(file => !Path.GetFileName(file).StartsWith('.'))
            .Select(file => OfFile($"{name}/{Path.GetFileName(file)}", file))
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(below => IsTaken(below, withSolutions))
                .SelectMany(below => Below($"{name}/{Path.GetFileName(below)}", below)));

    private static BundleFile OfFile(string name, string file) => file.EndsWith(".ipynb", StringComparison.Ordinal)
        ? BundleFile.FromBytes(name, ForOurKernel(CommittedForm.Of(file).Bytes))
        : BundleFile.FromDisk(name, file);

    // The notebooks name the kernel of .NET Interactive. Learners have the one that the bundle installs, and no other: a notebook
    // that names it opens without a question. For commands, learners have the program that the bundle holds, and no SDK.
    private static byte[] ForOurKernel(ReadOnlyMemory<byte> notebook) => Encoding.UTF8.GetBytes(
        Encoding.UTF8.GetString(notebook.Span)
            .Replace(Entry("display_name", ".NET (C#)"), Entry("display_name", KernelSpec.DisplayName), StringComparison.Ordinal)
            .Replace(Entry("name", ".net-csharp"), Entry("name", KernelSpec.DefaultName), StringComparison.Ordinal)
            .Replace("dotnet run --project lib/NetworkingCourse.Host --", Program, StringComparison.Ordinal)
            .Replace("in the project's folder", "in the folder `notebooks`", StringComparison.Ordinal));

    private static string Entry(string name, string value) => $"\"{name}\": \"{value}\"";

    private static bool IsTaken(string folder, bool withSolutions) => Path.GetFileName(folder) switch
    {
        Library => false,
        Solutions => withSolutions,
        Settings => true,
        var hidden when hidden.StartsWith('.') => false,
        // What a run has written is no part of the course.
        _ => !ArtifactFolder.IsOne(folder),
    };
}
