using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>
/// Installs and uninstalls the kernel. A copy of this program goes beside the kernel spec, so that neither a rebuild nor moving
/// the checkout breaks the kernel. Running kernels are not disturbed, because every copy has a folder of its own.
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

        var copy = Path.Combine(folder, CopyPrefix + Guid.NewGuid().ToString("N")[..8]);
        var earlier = Copies(folder).ToList();
        try
        {
            Directory.CreateDirectory(copy);
            foreach (var file in ProgramFiles())
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            // From here on, front ends start the new copy.
            AtomicFile.WriteText(
                Path.Combine(folder, KernelSpec.FileName),
                KernelSpec.Write(
                    SelfProcess.DotnetPath(), Path.Combine(copy, Path.GetFileName(Program())), "C# (Networking Course)"));
        }
        catch
        {
            Directory.Delete(copy, recursive: true);
            throw;
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
        return true;
    }

    /// <summary>Finds this program's kernels in some folders.</summary>
    public static IEnumerable<Installed> Find(IEnumerable<string> folders) => folders
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        .Select(KernelSpec.Read)
        .OfType<Installed>()
        .Where(kernel => kernel.IsOurs);

    private static string Program() => typeof(Installation).Assembly.Location;

    private static IEnumerable<string> Copies(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, CopyPrefix + "*") : [];

    /// <summary>The files of this program and its dependencies, as listed by the build; the folder may contain more.</summary>
    private static IEnumerable<string> ProgramFiles()
    {
        var program = Program();
        var dependencies = Path.ChangeExtension(program, ".deps.json");
        yield return Path.ChangeExtension(program, ".runtimeconfig.json");
        yield return dependencies;
        var targets = JsonNode.Parse(File.ReadAllText(dependencies))?["targets"] as JsonObject
            ?? throw new JsonException($"{dependencies} contains no targets.");
        var libraries = targets.SelectMany(target => target.Value as JsonObject ?? [])
            .SelectMany(package => package.Value?["runtime"] as JsonObject ?? [])
            .Select(file => Path.Combine(Path.GetDirectoryName(program)!, Path.GetFileName(file.Key)))
            .Distinct();
        foreach (var library in libraries)
        {
            yield return library;
        }
    }

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
