using System.Reflection;
using System.Reflection.PortableExecutable;
using Microsoft.AspNetCore.Html;
using Microsoft.CodeAnalysis;
using Microsoft.DotNet.Interactive.Formatting;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The assemblies that every cell can use without a <c>#r</c>: the .NET runtime's, and the few of this program that cells need.
/// </summary>
internal static class Framework
{
    /// <summary>The only assemblies of this program that cells see; the compiler and all others stay hidden.</summary>
    private static readonly Assembly[] OfTheKernel =
        [typeof(CellHelpers).Assembly, typeof(IHtmlContent).Assembly, typeof(Formatter).Assembly];

    private static readonly string RuntimeFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    private static readonly Dictionary<string, string> Trusted =
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        // The runtime lists its own core library twice.
        .DistinctBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Shared = Trusted
        .Where(assembly => IsOfASharedFramework(assembly.Value))
        .Select(assembly => assembly.Key)
        .Concat(OfTheKernel.Select(assembly => assembly.GetName().Name!))
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static readonly Lazy<IReadOnlyList<PortableExecutableReference>> DefaultReferences = new(() =>
        [.. Trusted.Values.Where(path => Path.GetDirectoryName(path) == RuntimeFolder)
            .Concat(OfTheKernelPaths)
            .AsParallel().AsOrdered().Select(Read)]);

    /// <summary>The files of this program's assemblies that cells see.</summary>
    public static IEnumerable<string> OfTheKernelPaths => OfTheKernel.Select(assembly => assembly.Location);

    public static IReadOnlyList<PortableExecutableReference> References => DefaultReferences.Value;

    /// <summary>Whether cells and this program must share one copy of an assembly.</summary>
    public static bool IsShared(string assemblyName) => Shared.Contains(assemblyName);

    /// <summary>
    /// The file of a framework assembly, including those that cells do not reference by default, such as ASP.NET Core's; null for
    /// any other assembly.
    /// </summary>
    public static string? Find(string assemblyName) => IsShared(assemblyName) ? Trusted.GetValueOrDefault(assemblyName) : null;

    /// <summary>Reads an assembly's metadata and closes the file, so that it can be replaced while a kernel is open.</summary>
    public static PortableExecutableReference Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return AssemblyMetadata.Create(ModuleMetadata.CreateFromStream(file, PEStreamOptions.PrefetchMetadata))
            .GetReference(filePath: path);
    }

    /// <summary>Whether a file is part of a shared framework. These are in sibling folders: …/shared/NAME/VERSION.</summary>
    private static bool IsOfASharedFramework(string path) =>
        path.StartsWith(
            Path.GetFullPath(Path.Combine(RuntimeFolder, "..", "..")) + Path.DirectorySeparatorChar,
            StringComparison.OrdinalIgnoreCase);
}
