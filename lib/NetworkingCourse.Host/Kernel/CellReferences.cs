using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Finds the libraries that <c>#r</c> names, relative to the notebook's folder, and their dependencies in the same folder as the
/// library. A kernel reads each library only once: the types of a rebuilt copy would differ from those in use.
/// </summary>
internal sealed class CellReferences(string folder) : MetadataReferenceResolver
{
    private readonly ConcurrentDictionary<string, PortableExecutableReference> _read = new();

    /// <summary>The full paths of the libraries named so far by <c>#r</c>, by assembly name.</summary>
    public ConcurrentDictionary<string, string> Libraries { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The notebook's folder.</summary>
    public string Folder => folder;

    public override bool ResolveMissingAssemblies => true;

    /// <summary>The full path that <c>#r "target"</c> refers to; null if it is the name of a framework assembly.</summary>
    public string? PathOf(string target) => IsFrameworkName(target) ? null : Path.GetFullPath(target, folder);

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        var path = PathOf(reference);
        if (path is null)
        {
            return [Read(Framework.Find(reference)!)];
        }

        if (!File.Exists(path))
        {
            return [];
        }

        Libraries.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return [Read(path)];
    }

    public override PortableExecutableReference? ResolveMissingAssembly(
        MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        FileOf(referenceIdentity.Name) is { } path ? Read(path) : null;

    /// <summary>The file of an assembly that a library needs, or null. The framework precedes the library's own folder.</summary>
    public string? FileOf(string assemblyName) =>
        Framework.Find(assemblyName)
        ?? Libraries.GetValueOrDefault(assemblyName)
        ?? Libraries.Values
            .Select(library => Path.Combine(Path.GetDirectoryName(library)!, assemblyName + ".dll"))
            .FirstOrDefault(File.Exists);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private static bool IsFrameworkName(string target) =>
        !target.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && Framework.Find(target) is not null;

    private PortableExecutableReference Read(string path) => _read.GetOrAdd(path, Framework.Read);
}
