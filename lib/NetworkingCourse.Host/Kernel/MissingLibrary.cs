using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using NetworkingCourse.Host.Artifacts;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Reports the expected path of a missing library and how to build it; the compiler only repeats the name.</summary>
internal static class MissingLibrary
{
    public static CellError? Check(string code, int cell, CellReferences references)
    {
        var text = SourceText.From(code);
        var unit = CSharpSyntaxTree.ParseText(text, CellLanguage.Script).GetCompilationUnitRoot();
        foreach (var directive in unit.GetReferenceDirectives())
        {
            // If the quotes are missing, the compiler reports it.
            if (!directive.File.IsMissing && Complaint(directive.File.ValueText, references) is { } message)
            {
                return new CellError(CellError.Compilation, message, CodeExcerpt.Lines(text, directive.SpanStart, cell, message));
            }
        }

        return null;
    }

    private static string? Complaint(string target, CellReferences references)
    {
        if (string.IsNullOrWhiteSpace(target) || target.Contains('\0', StringComparison.Ordinal))
        {
            return "#r names no library: write #r \"path/to/library.dll\".";
        }

        return references.PathOf(target) is not { } path || File.Exists(path) ? null
            : Directory.Exists(path)
                ? $"{path} is a folder: name the library in it, #r \"{target.TrimEnd('/', '\\')}/library.dll\"."
                : $"There is no library {path}. {Advice(references.Folder)}";
    }

    private static string Advice(string folder) =>
        !ArtifactFolder.HoldsExecuted(folder, out var source)
            ? "Build it first: type 'dotnet build' in the project's folder. Then run the cell again."
            : "This notebook is the record of a run. To run its cells, open the notebook of the same name in "
                + (source is null ? "the course's folder 'notebooks'." : $"the folder {source}.");
}
