namespace NetworkingCourse.Host.Bundle;

/// <summary>
/// The runtime, laid out as an installed one: <c>host/fxr/VERSION</c> and <c>shared/NAME/VERSION</c>. The kernel then finds
/// everything where it does on a machine with an SDK. A program that is published as self-contained has all in one folder, and
/// does not tell the framework from the libraries of the kernel, which cells must not see.
/// </summary>
internal static class RuntimeFiles
{
    private const string NetCore = "Microsoft.NETCore.App";
    private const string AspNetCore = "Microsoft.AspNetCore.App";

    /// <summary>
    /// What no lesson needs: debuggers and memory dumps, LTTng tracing, and garbage collectors that are off by default.
    /// </summary>
    private static readonly string[] NotNeeded =
    [
        "mscordbi", "mscordaccore", "createdump", "Microsoft.DiaSymReader.Native", "coreclrtraceptprovider", "clrgc", "clrgcexp",
    ];

    /// <param name="folder">The runtime's folder in the bundle.</param>
    /// <param name="system">The system.</param>
    /// <param name="parts">What the SDK has got.</param>
    /// <param name="version">The runtime's version.</param>
    public static IEnumerable<BundleFile> Of(string folder, TargetSystem system, Parts parts, string version)
    {
        foreach (var framework in new[] { NetCore, AspNetCore })
        {
            var package = parts.Package($"{framework}.Runtime.{system.Id}", version);
            foreach (var file in FilesIn(Path.Combine(package, "runtimes", system.Id)))
            {
                var name = Path.GetFileName(file);
                yield return BundleFile.FromDisk(
                    StemOf(name) == "hostfxr"
                        ? $"{folder}/host/fxr/{version}/{name}"
                        : $"{folder}/shared/{framework}/{version}/{name}",
                    file);
            }

            // The licence allows to pass the runtime on together with these.
            foreach (var notice in Directory.EnumerateFiles(package).Where(IsNotice))
            {
                yield return BundleFile.FromDisk($"{folder}/shared/{framework}/{Path.GetFileName(notice)}", notice);
            }
        }
    }

    private static IEnumerable<string> FilesIn(string runtime) =>
        Directory.EnumerateFiles(runtime, "*", SearchOption.AllDirectories)
            .Where(file => !IsNotNeeded(StemOf(Path.GetFileName(file))));

    // On Windows, some names go on with an architecture or a version.
    private static bool IsNotNeeded(string stem) => NotNeeded.Any(name =>
        stem == name || (stem.StartsWith(name, StringComparison.Ordinal) && stem[name.Length] is '_' or '.'));

    private static bool IsNotice(string file) =>
        Path.GetFileName(file).StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase)
        || Path.GetFileName(file).StartsWith("THIRD-PARTY", StringComparison.OrdinalIgnoreCase);

    private static string StemOf(string name)
    {
        var hasEnding = Path.GetExtension(name) is ".dll" or ".so" or ".dylib" or ".exe";
        var stem = hasEnding ? Path.GetFileNameWithoutExtension(name) : name;
        return stem.StartsWith("lib", StringComparison.Ordinal) ? stem[3..] : stem;
    }
}
