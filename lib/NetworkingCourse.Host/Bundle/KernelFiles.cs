namespace NetworkingCourse.Host.Bundle;

/// <summary>This program, which is the kernel and the doctor, with what it needs beside it.</summary>
internal static class KernelFiles
{
    private static readonly string[] OfTheWorker = [".dll", ".runtimeconfig.json"];

    /// <param name="folder">Its folder in the bundle.</param>
    /// <param name="system">The system.</param>
    /// <param name="parts">What the SDK has got.</param>
    /// <param name="precompiled">Finds the file to take for one of the program's.</param>
    public static async Task<IReadOnlyList<BundleFile>> OfAsync(
        string folder, TargetSystem system, Parts parts, Func<ProgramFile, IReadOnlyList<ProgramFile>, Task<string>> precompiled)
    {
        var program = ProgramFiles.All().ToList();
        var files = new List<BundleFile>();
        foreach (var file in program)
        {
            files.Add(BundleFile.FromDisk(
                $"{folder}/{Path.GetFileName(file.Path)}", await precompiled(file, program).ConfigureAwait(false)));
        }

        var beside = Path.GetDirectoryName(ProgramFiles.Program)!;
        files.Add(Starter(folder, Parts.Host, system, parts));
        // The library looks for these beside itself: see WithLibraryParts.targets.
        files.Add(Starter(folder, Parts.Worker, system, parts));
        files.AddRange(OfTheWorker.Select(ending =>
            BundleFile.FromDisk($"{folder}/{Parts.Worker}{ending}", Path.Combine(beside, Parts.Worker + ending))));
        files.AddRange(BundleFile.Below($"{folder}/charts", Path.Combine(beside, "charts")));
        return files;
    }

    /// <summary>The program that starts a .dll of the same name.</summary>
    public static BundleFile Starter(string folder, string name, TargetSystem system, Parts parts)
    {
        var file = system.Program(name);
        return BundleFile.FromDisk($"{folder}/{file}", Path.Combine(parts.Folder, file), isProgram: true);
    }
}
