using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Jupyter.Language;

/// <summary>
/// The libraries that cells see, with their documentation. The course library's is in a file beside it; the framework's comes
/// with the SDK, in the pack of reference assemblies. Without such a pack, the framework's assemblies have no documentation.
/// </summary>
/// <param name="folder">The notebook's folder.</param>
internal sealed class DocumentedReferences(string folder) : MetadataReferenceResolver
{
    private readonly CellReferences _cells = new(folder);
    private readonly ConcurrentDictionary<string, PortableExecutableReference> _read = new();

    public override bool ResolveMissingAssemblies => true;

    /// <summary>The references that cells have without a <c>#r</c>.</summary>
    public IReadOnlyList<MetadataReference> Defaults()
    {
        var pack = ReferencePack("Microsoft.NETCore.App.Ref");
        return pack is null
            // Read again: the kernel's own references are not shared, or the two would find each other's symbols.
            ? [.. Framework.References.Select(reference => Read(reference.FilePath!))]
            : [.. Directory.EnumerateFiles(pack, "*.dll").Concat(Framework.OfTheKernelPaths).Select(Read)];
    }

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties) =>
        [.. _cells.ResolveReference(reference, baseFilePath, properties).Select(WithDocumentation)];

    public override PortableExecutableReference? ResolveMissingAssembly(
        MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        _cells.ResolveMissingAssembly(definition, referenceIdentity) is { } found ? WithDocumentation(found) : null;

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private PortableExecutableReference WithDocumentation(PortableExecutableReference reference) =>
        reference.FilePath is { } path ? Read(path) : reference;

    private PortableExecutableReference Read(string path) => _read.GetOrAdd(path, static path =>
    {
        var documentation = Path.ChangeExtension(path, ".xml");
        var read = Framework.Read(path);
        return File.Exists(documentation)
            ? ((AssemblyMetadata)read.GetMetadata())
                .GetReference(XmlDocumentationProvider.CreateFromFile(documentation), filePath: path)
            : read;
    });

    /// <summary>
    /// The newest pack of this runtime's version: <c>packs/NAME/VERSION/ref/net10.0</c> beside the shared frameworks.
    /// </summary>
    private static string? ReferencePack(string name)
    {
        var dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var packs = Path.Combine(dotnet, "packs", name);
        return Directory.Exists(packs)
            ? Directory.EnumerateDirectories(packs, $"{Environment.Version.Major}.*")
                .OrderByDescending(version =>
                    Version.TryParse(Path.GetFileName(version), out var number) ? number : new Version())
                .Select(version => Path.Combine(version, "ref", $"net{Environment.Version.Major}.0"))
                .FirstOrDefault(Directory.Exists)
            : null;
    }
}
