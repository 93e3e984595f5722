using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Says where a library that is not there was looked for, and how to make it; the compiler repeats only the name.</summary>
internal static class MissingLibrary
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    public static CellError? Check(string code, int cell, CellReferences references)
    {
        var text = SourceText.From(code);
        foreach (var directive in CSharpSyntaxTree.ParseText(text, Script).GetCompilationUnitRoot().GetReferenceDirectives())
        {
            if (references.PathOf(directive.File.ValueText) is { } path && !File.Exists(path))
            {
                var message = $"There is no library {path}. Build it first, with 'dotnet build' in the project's folder, then run the notebook again.";
                return new CellError(CellError.Compilation, message, CodeExcerpt.Lines(text, directive.SpanStart, cell, message));
            }
        }

        return null;
    }
}
