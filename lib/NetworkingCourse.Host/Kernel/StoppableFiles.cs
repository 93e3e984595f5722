using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Finds the files that <c>#load</c> names, and reads them with stop points inserted.</summary>
/// <param name="files">Finds the files.</param>
/// <param name="texts">The texts to read instead of the files, by path.</param>
internal sealed class StoppableFiles(SourceReferenceResolver files, IReadOnlyDictionary<string, string> texts)
    : SourceReferenceResolver
{
    public override string? NormalizePath(string path, string? baseFilePath) => files.NormalizePath(path, baseFilePath);

    public override string? ResolveReference(string path, string? baseFilePath) => files.ResolveReference(path, baseFilePath);

    public override Stream OpenRead(string resolvedPath) => files.OpenRead(resolvedPath);

    public override SourceText ReadText(string resolvedPath) =>
        texts.TryGetValue(resolvedPath, out var text) ? SourceText.From(text, Encoding.UTF8) : files.ReadText(resolvedPath);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
