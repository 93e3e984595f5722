using System.Text.Json;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Jupyter.Installing;

/// <summary>
/// Puts a copy of this program beside a kernel spec, so that neither a rebuild nor moving the checkout breaks the kernel, and takes it
/// away again. Kernels that run while that happens are not disturbed: every copy has a folder of its own.
/// </summary>
internal static class Installation
{
    private const string CopyPrefix = "program-";

    /// <summary>Installs the kernel, in place of one of the same name that this program has installed.</summary>
    /// <param name="kernels">The folder with the kernels.</param>
    /// <param name="name">The name that notebooks will know it by.</param>
    /// <returns>What is installed.</returns>
    /// <exception cref="IOException">The folder cannot be written to, or somebody else's kernel has this name.</exception>
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

            // From here on it is the new copy that front ends start.
            AtomicFile.WriteText(
                Path.Combine(folder, KernelSpec.FileName), KernelSpec.Write(SelfProcess.DotnetPath(), Path.Combine(copy, Path.GetFileName(Program())), "C# (Networking Course)"));
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

    /// <summary>Takes a kernel away.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">It cannot be deleted, or somebody else's kernel has this name.</exception>
    public static bool Uninstall(string kernels, string name)
    {
        var folder = Path.Combine(kernels, name);
        if (KernelSpec.Read(folder) is not { } installed)
        {
            return false;
        }

        if (!installed.IsOurs)
        {
            throw new IOException($"{folder} is another program's kernel; this one takes away its own only.");
        }

        Directory.Delete(folder, recursive: true);
        return true;
    }

    /// <summary>The kernels of this program in some folders.</summary>
    public static IEnumerable<Installed> Find(IEnumerable<string> folders) => folders
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        .Select(KernelSpec.Read)
        .OfType<Installed>()
        .Where(kernel => kernel.IsOurs);

    private static string Program() => typeof(Installation).Assembly.Location;

    private static IEnumerable<string> Copies(string folder) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, CopyPrefix + "*") : [];

    /// <summary>This program and what it needs, as the build has listed it; not what else may lie in its folder.</summary>
    private static IEnumerable<string> ProgramFiles()
    {
        var program = Program();
        var dependencies = Path.ChangeExtension(program, ".deps.json");
        yield return Path.ChangeExtension(program, ".runtimeconfig.json");
        yield return dependencies;
        var targets = JsonNode.Parse(File.ReadAllText(dependencies))?["targets"] as JsonObject ?? throw new JsonException($"{dependencies} names no targets.");
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
            // A kernel runs from it (Windows). The next installation deletes it.
        }
    }
}
