using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Rejects code that runs in some notebook hosts but not in others, and says what to write instead: a notebook that passes here
/// runs unchanged in the rest. Code that no host compiles is left to the compiler (see <see cref="CompilerReport"/>).
/// </summary>
internal static class Dialect
{
    public static CellError? Check(string code, int cell, CancellationToken cancellation = default)
    {
        var text = SourceText.From(code);
        var script = Parsed(CellLanguage.Script);
        // Program syntax reads a top-level 'using var' as its author meant it; script syntax does not.
        var program = Parsed(CellLanguage.Program);
        var refused = Directives(script).Concat(Namespaces(script)).Concat(Locals(program))
            .OrderBy(found => found.Position).FirstOrDefault();
        return refused.Message is null
            ? null
            : new CellError(CellError.Dialect, refused.Message, CodeExcerpt.Lines(text, refused.Position, cell, refused.Message));

        CompilationUnitSyntax Parsed(CSharpParseOptions options) =>
            CSharpSyntaxTree.ParseText(text, options, cancellationToken: cancellation).GetCompilationUnitRoot(cancellation);
    }

    private static IEnumerable<(int Position, string Message)> Directives(CompilationUnitSyntax unit)
    {
        var firstToken = unit.GetFirstToken(includeZeroWidth: false);
        var codeStart = firstToken == default ? int.MaxValue : firstToken.SpanStart;
        foreach (var trivia in unit.DescendantTrivia().Where(trivia => trivia.IsDirective))
        {
            var message = trivia.GetStructure() switch
            {
                ShebangDirectiveTriviaSyntax or BadDirectiveTriviaSyntax or IgnoredDirectiveTriviaSyntax =>
                    Magic(trivia.ToFullString().Trim()),
                ReferenceDirectiveTriviaSyntax reference => Reference(reference, codeStart),
                _ => null,
            };
            if (message is not null)
            {
                yield return (trivia.SpanStart, message);
            }
        }
    }

    private static string? Magic(string line) => line switch
    {
        _ when line.StartsWith("#!import", StringComparison.Ordinal) =>
            "#!import hides failures in the imported code and works in one host only: put shared code into the library "
            + "and load it with #r \"path/to/library.dll\".",
        _ when line.StartsWith("#!", StringComparison.Ordinal) =>
            $"{line.Split(' ', 2)[0]} is a command of one notebook host: delete the line. Every cell is C#; measure with "
            + "System.Diagnostics.Stopwatch, show HTML with HTML(\"…\").Display().",
        _ when line.StartsWith("#i", StringComparison.Ordinal) =>
            "#i names a package source, and packages need a network: delete the line and load a local library "
            + "with #r \"path/to/library.dll\".",
        _ when line.StartsWith("#:", StringComparison.Ordinal) =>
            "#: directives are for single-file programs: delete the line and load a library with #r \"path/to/library.dll\".",
        _ => null,
    };

    private static string? Reference(ReferenceDirectiveTriviaSyntax reference, int codeStart)
    {
        var target = reference.File.ValueText;
        return target.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase)
            ? $"#r \"{target}\" needs a network: load a local library instead, with #r \"path/to/library.dll\"."
            : reference.SpanStart > codeStart
                ? $"#r \"{target}\" must come before any code or using: make it the first line of the cell."
                : null;
    }

    private static IEnumerable<(int Position, string Message)> Namespaces(CompilationUnitSyntax unit) =>
        unit.Members.OfType<BaseNamespaceDeclarationSyntax>().Select(declared => (declared.SpanStart,
            $"A cell cannot declare a namespace: write what is inside '{declared.Name}' without it."));

    private static IEnumerable<(int Position, string Message)> Locals(CompilationUnitSyntax unit)
    {
        foreach (var local in unit.Members.OfType<GlobalStatementSyntax>()
            .Select(global => global.Statement)
            .OfType<LocalDeclarationStatementSyntax>())
        {
            var name = local.Declaration.Variables[0].Identifier.ValueText;
            if (local.UsingKeyword.IsKind(SyntaxKind.UsingKeyword))
            {
                var written = local.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword) ? "await using" : "using";
                yield return (local.SpanStart,
                    $"A cell cannot have '{written} var {name} = …;' at its top level: write {written} (var {name} = …) {{ … }}, "
                    + "or put the code into a method.");
            }
            else if (local.Declaration.Type is GenericNameSyntax { Identifier.ValueText: "Span" or "ReadOnlySpan" } span)
            {
                yield return (local.SpanStart, SpanMessage(span.Identifier.ValueText));
            }
        }
    }

    public static string SpanMessage(string type) =>
        $"A cell's variables outlive the cell, and a {type} cannot: use an array or Memory<T>, or put the code into a method.";
}
