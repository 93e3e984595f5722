namespace NetworkingCourse.Testing;

/// <summary>The programs that a shell would find.</summary>
public static class Programs
{
    /// <summary>Every place on the path that has a program of this name, in the order of the path.</summary>
    public static IEnumerable<string> All(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .SelectMany(folder => OperatingSystem.IsWindows()
            ? [Path.Combine(folder, name + ".exe")]
            : new[] { Path.Combine(folder, name) })
        .Where(File.Exists);

    /// <summary>Where a program is.</summary>
    /// <exception cref="FileNotFoundException">It is not on the path.</exception>
    public static string Find(string name) => All(name).FirstOrDefault() ?? throw new FileNotFoundException(WhyNot(name));

    internal static string? WhyNot(string name) => All(name).Any() ? null : $"There is no '{name}' on the path.";
}
