namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>
/// The folders in which Jupyter looks for kernels on each system (jupyter_core, "Common Directories and File Locations", Data
/// files).
/// </summary>
internal static class JupyterFolders
{
    /// <summary>The folder with the current user's kernels.</summary>
    public static string OfUser() => Path.Combine(UserData(), "kernels");

    /// <summary>The folder with the kernels of an environment, such as a conda or a Python virtual environment.</summary>
    public static string OfPrefix(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels");

    /// <summary>All folders in which Jupyter finds kernels without further options.</summary>
    public static IEnumerable<string> All()
    {
        var named = (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return named.Append(UserData()).Concat(OfEveryone()).Select(data => Path.Combine(data, "kernels")).Distinct();
    }

    private static string UserData() =>
        Variable("JUPYTER_DATA_DIR") is { } told ? told
        : OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
        : OperatingSystem.IsMacOS() ? Path.Combine(Home(), "Library", "Jupyter")
        : Path.Combine(Variable("XDG_DATA_HOME") ?? Path.Combine(Home(), ".local", "share"), "jupyter");

    private static IEnumerable<string> OfEveryone() => OperatingSystem.IsWindows()
        ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter")]
        : ["/usr/local/share/jupyter", "/usr/share/jupyter"];

    private static string Home() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
