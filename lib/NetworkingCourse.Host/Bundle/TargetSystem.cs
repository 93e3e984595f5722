namespace NetworkingCourse.Host.Bundle;

/// <summary>A system that a bundle is made for.</summary>
/// <param name="Id">.NET's name of the system (its runtime identifier).</param>
/// <param name="Family">Its name in <c>--for</c>, which it may share with others.</param>
/// <param name="Name">What its users call it.</param>
internal sealed record TargetSystem(string Id, string Family, string Name)
{
    public static IReadOnlyList<TargetSystem> All { get; } =
    [
        new("win-x64", "win", "Windows (x64)"),
        new("osx-arm64", "mac", "macOS (Apple silicon)"),
        new("osx-x64", "mac", "macOS (Intel)"),
        new("linux-x64", "linux", "Linux (x64)"),
        new("linux-arm64", "linux", "Linux (arm64)"),
    ];

    /// <summary>What can be named.</summary>
    public static string Names => string.Join(", ", All.Select(system => system.Family).Distinct())
        + "; or " + string.Join(", ", All.Select(system => system.Id));

    public bool IsWindows => Family == "win";

    /// <summary>The name of the zip.</summary>
    public string ZipName => $"networking-course-{Id}.zip";

    /// <summary>The file name of a program on this system.</summary>
    public string Program(string name) => IsWindows ? name + ".exe" : name;

    /// <summary>The systems that a list names.</summary>
    /// <param name="list">Families or identifiers, separated by commas.</param>
    /// <exception cref="BundleException">One of the names is unknown, or there is none.</exception>
    public static IReadOnlyList<TargetSystem> Parse(string list)
    {
        var named = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(name => All.Where(system => system.Family == name || system.Id == name).ToList() is { Count: > 0 } found
                ? found
                : throw new BundleException($"--for {name}: there is no such system. Name {Names}."))
            .ToHashSet();
        return named.Count > 0
            ? [.. All.Where(named.Contains)]
            : throw new BundleException($"--for names no system. Name {Names}.");
    }
}
