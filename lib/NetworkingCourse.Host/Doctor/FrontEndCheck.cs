namespace NetworkingCourse.Host.Doctor;

/// <summary>Looks for programs that open notebooks.</summary>
internal static class FrontEndCheck
{
    private const string JupyterExtension = "ms-toolsai.jupyter-";

    private static readonly (string Program, string Name)[] Programs =
        [("jupyter-lab", "JupyterLab"), ("jupyter-notebook", "Jupyter Notebook")];

    // Of VS Code, of its preview and its free builds, and of the part of it that runs in a container, in WSL or behind SSH.
    private static readonly string[] FoldersOfCode =
        [".vscode", ".vscode-insiders", ".vscode-oss", ".vscode-server", ".vscode-server-insiders", ".vscode-remote"];

    /// <summary>Names the front ends that are there. One of them is needed.</summary>
    /// <param name="path">The folders with programs.</param>
    /// <param name="home">The user's home folder, where VS Code keeps its extensions.</param>
    public static Finding Of(IReadOnlyList<string> path, string home)
    {
        const string check = "a notebook program";
        var found = Programs.Where(program => IsOn(path, program.Program)).Select(program => program.Name).ToList();
        var hasCode = IsOn(path, "code") || FoldersOfCode.Any(folder => Directory.Exists(Path.Combine(home, folder)));
        if (hasCode && HasJupyter(home))
        {
            found.Insert(0, "VS Code with its Jupyter extension");
        }

        // .NET Interactive is a kernel, and opens nothing by itself.
        var beside = IsOn(path, "dotnet-interactive") ? "; and the kernel .NET Interactive" : "";
        return found.Count > 0 ? Finding.Ok(check, string.Join(", ", found) + beside)
            : hasCode ? Finding.Missing(
                check, "VS Code, but without its Jupyter extension", "Install the extension 'Jupyter' (by Microsoft) in VS Code.")
            : Finding.Missing(
                check, "none found", "Install VS Code (code.visualstudio.com) and its extension 'Jupyter', or JupyterLab.");
    }

    private static bool HasJupyter(string home) => FoldersOfCode
        .Select(folder => Path.Combine(home, folder, "extensions"))
        .Any(folder => Directory.Exists(folder) && Directory.EnumerateDirectories(folder, JupyterExtension + "*").Any());

    private static bool IsOn(IReadOnlyList<string> path, string program)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return path.Any(folder => endings.Any(ending => File.Exists(Path.Combine(folder, program + ending))));
    }
}
