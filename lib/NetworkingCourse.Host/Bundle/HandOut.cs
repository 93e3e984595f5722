namespace NetworkingCourse.Host.Bundle;

/// <summary>What a learner meets first: the page <c>START-HERE.html</c> and the scripts of their system.</summary>
internal static class HandOut
{
    public const string StartHere = "START-HERE.html";

    private static readonly string[] Scripts = ["install", "uninstall", "doctor"];

    public static IEnumerable<BundleFile> Of(TargetSystem system) =>
        Scripts.Select(name => Script(name, system)).Append(BundleFile.FromText(StartHere, Page()));

    /// <summary>The page, the same for all systems.</summary>
    public static string Page() => Asset(StartHere);

    // On Windows a .cmd: it starts with a double click, and no policy keeps it from running as one does .ps1 files. Elsewhere
    // what every sh understands.
    private static BundleFile Script(string name, TargetSystem system)
    {
        var file = name + (system.IsWindows ? ".cmd" : ".sh");
        var text = Asset(file).ReplaceLineEndings("\n").Replace("{{system}}", system.Name, StringComparison.Ordinal);
        return BundleFile.FromText(file, system.IsWindows ? text.ReplaceLineEndings("\r\n") : text, isProgram: !system.IsWindows);
    }

    private static string Asset(string name)
    {
        using var asset = typeof(HandOut).Assembly.GetManifestResourceStream($"bundle/{name}")!;
        using var reader = new StreamReader(asset);
        return reader.ReadToEnd();
    }
}
