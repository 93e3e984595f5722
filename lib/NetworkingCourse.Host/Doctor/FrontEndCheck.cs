namespace NetworkingCourse.Host.Doctor;

/// <summary>Looks for programs that open notebooks.</summary>
internal static class FrontEndCheck
{
    private const string JupyterExtension = "ms-toolsai.jupyter-";

    private static readonly (string Program, string Name)[] Programs =
    [
        ("jupyter-lab", "JupyterLab"), ("jupyter-notebook", "Jupyter Notebook"), ("dotnet-interactive", ".NET Interactive"),
    ];

    /// <summary>Names the front ends that are there. One of them is needed.</summary>
    /// <param name="path">The folders with programs.</param>
    /// <param name="home">The user's home folder, where VS Code keeps its extensions.</param>
    public static Finding Of(IReadOnlyList<string> path, string home)
    {
        const string check = "a notebook program";
        var found = Programs.Where(program => IsOn(path, program.Program)).Select(program => program.Name).ToList();
        var hasCode = IsOn(path, "code") || Directory.Exists(Path.Combine(home, ".vscode"));
        if (hasCode && HasJupyter(home))
        {
            found.Insert(0, "VS Code with its Jupyter extension");
        }

        return found.Count > 0 ? Finding.Ok(check, string.Join(", ", found))
            : hasCode ? Finding.Missing(
                check, "VS Code, but without its Jupyter extension", "Install the extension 'Jupyter' (by Microsoft) in VS Code.")
            : Finding.Missing(
                check, "none found", "Install VS Code (code.visualstudio.com) and its extension 'Jupyter', or JupyterLab.");
    }

    private static bool HasJupyter(string home)
    {
        var extensions = Path.Combine(home, ".vscode", "extensions");
        return Directory.Exists(extensions) && Directory.EnumerateDirectories(extensions, JupyterExtension + "*").Any();
    }

    private static bool IsOn(IReadOnlyList<string> path, string program)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return path.Any(folder => endings.Any(ending => File.Exists(Path.Combine(folder, program + ending))));
    }
}
