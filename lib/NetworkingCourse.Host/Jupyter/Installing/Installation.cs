using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>
/// Installs and uninstalls the kernel. A copy of this program goes beside the kernel spec, so that neither a rebuild nor moving
/// the checkout breaks the kernel. Running kernels are not disturbed, because every copy has a folder of its own. A bundle is not
/// copied: it has its own runtime and is never rebuilt, so the kernel spec points to its folder.
/// </summary>
internal static class Installation
{
    private const string CopyPrefix = "program-";

    /// <summary>Installs the kernel, replacing one of the same name that this program has installed.</summary>
    /// <param name="kernels">The folder that contains the kernels.</param>
    /// <param name="name">The name by which notebooks refer to the kernel.</param>
    /// <returns>The installed kernel.</returns>
    /// <exception cref="IOException">The folder cannot be written to, or another program's kernel has this name.</exception>
    public static Installed Install(string kernels, string name)
    {
        var folder = Path.Combine(kernels, name);
        if (KernelSpec.Read(folder) is { IsOurs: false })
        {
            throw new IOException($"{folder} is another program's kernel. Choose another name with --name N.");
        }

        var earlier = Copies(folder).ToList();
        if (SelfProcess.IsBundled)
        {
            WriteSpec(folder, SelfProcess.Command());
        }
        else
        {
            InstallCopy(folder);
        }

        foreach (var old in earlier)
        {
            TryDelete(old);
        }

        return KernelSpec.Read(folder)!;
    }

    /// <summary>Uninstalls a kernel.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The kernel cannot be deleted, or another program's kernel has this name.</exception>
    public static bool Uninstall(string kernels, string name)
    {
        var folder = Path.Combine(kernels, name);
        if (KernelSpec.Read(folder) is not { } installed)
        {
            return false;
        }

        if (!installed.IsOurs)
        {
            throw new IOException($"{folder} is another program's kernel; this program uninstalls only its own.");
        }

        Directory.Delete(folder, recursive: true);
        DeleteEmpty(new DirectoryInfo(kernels));
        return true;
    }

    /// <summary>Finds this program's kernels in some folders.</summary>
    public static IEnumerable<Installed> Find(IEnumerable<string> folders) => folders
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        .Select(KernelSpec.Read)
        .OfType<Installed>()
        .Where(kernel => kernel.IsOurs);

    private static void InstallCopy(string folder)
    {
        var copy = Path.Combine(folder, CopyPrefix + Guid.NewGuid().ToString("N")[..8]);
        try
        {
            Directory.CreateDirectory(copy);
            foreach (var file in ProgramFiles.All())
            {
                File.Copy(file.Path, Path.Combine(copy, Path.GetFileName(file.Path)));
            }

            WriteSpec(folder, [SelfProcess.DotnetPath(), Path.Combine(copy, Path.GetFileName(ProgramFiles.Program))]);
        }
        catch
        {
            Directory.Delete(copy, recursive: true);
            throw;
        }
    }

    // From here on, front ends start this program.
    private static void WriteSpec(string folder, IReadOnlyList<string> command) => AtomicFile.WriteText(
        Path.Combine(folder, KernelSpec.FileName), KernelSpec.Write(command, KernelSpec.DisplayName));

    // The folder of the kernels, and the one around it, may have been made for this kernel alone.
    private static void DeleteEmpty(DirectoryInfo kernels)
    {
        foreach (var folder in new[] { kernels, kernels.Parent })
        {
            if (folder?.EnumerateFileSystemInfos().Any() != false)
            {
                return;
            }

            folder.Delete();
        }
    }

    private static IEnumerable<string> Copies(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, CopyPrefix + "*") : [];

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A kernel is running from the folder (Windows). The next installation deletes it.
        }
    }
}
