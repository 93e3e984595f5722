using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Grading;

/// <summary>
/// A code cell of a notebook, taken apart. It is plain data: what students hand in is parsed in a process of its own
/// (<see cref="NotebookReader"/>), which sends this to the one that grades.
/// </summary>
/// <param name="Number">Its number, counted from 1 among the code cells.</param>
/// <param name="Source">Its code, in which references to libraries of the course name those that this program has.</param>
/// <param name="Directives">Its references to libraries and its usings.</param>
/// <param name="Parts">Its declarations and statements.</param>
/// <param name="Checks">The checks that it makes.</param>
/// <param name="Risks">What it names that a teacher should look at.</param>
internal sealed record CellCode(
    int Number,
    string Source,
    IReadOnlyList<string> Directives,
    IReadOnlyList<CellPart> Parts,
    IReadOnlyList<CellCheck> Checks,
    IReadOnlyList<string> Risks)
{
    /// <summary>The path of the library that answers are checked with.</summary>
    public static string LibraryPath { get; } = typeof(Course).Assembly.Location;

    // "An expression is too long or complex to compile".
    private const string InsufficientStack = "CS8078";

    /// <summary>Takes a cell apart.</summary>
    /// <param name="number">Its number, counted from 1 among the code cells.</param>
    /// <param name="source">Its code.</param>
    /// <exception cref="InsufficientExecutionStackException">The code is nested too deeply for this thread's stack.</exception>
    public static CellCode Of(int number, string source)
    {
        var root = Parse(source);
        var written = source;
        foreach (var directive in root.GetReferenceDirectives().Reverse())
        {
            var name = directive.File.ValueText.Replace('\\', '/').Split('/')[^1];
            var library = Path.Combine(Path.GetDirectoryName(LibraryPath)!, name);
            if (name.Length > 0 && File.Exists(library))
            {
                var span = directive.File.Span;
                written = string.Concat(written.AsSpan(0, span.Start), $"\"{library}\"", written.AsSpan(span.End));
            }
        }

        root = Parse(written);
        return new CellCode(
            number,
            written,
            [
                .. root.GetReferenceDirectives().Select(directive => directive.ToString()),
                .. root.Usings.Select(directive => directive.ToString()),
            ],
            [.. root.Members.Select(member => CellPart.Of(number, member))],
            [.. root.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(CellCheck.Of).OfType<CellCheck>()],
            [.. RiskyCode.NamesIn(root)]);
    }

    /// <summary>The cell's directives and those of its parts that are needed, as code; empty if there are none.</summary>
    public string Extract(Func<CellPart, bool> needed) =>
        string.Join('\n', [.. Directives, .. Parts.Where(needed).Select(part => part.Code)]);

    private static CompilationUnitSyntax Parse(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source, CellLanguage.Script).GetCompilationUnitRoot();
        // When its stack runs low, the parser gives up the whole text: it returns nothing but this error.
        return root.Members.Count == 0 && root.GetDiagnostics().Any(error => error.Id == InsufficientStack)
            ? throw new InsufficientExecutionStackException("The code is nested too deeply for the stack.")
            : root;
    }
}

/// <summary>A declaration or a statement of a cell. No two are equal: each has its own place.</summary>
internal sealed class CellPart
{
    /// <summary>The number of its cell.</summary>
    public required int Cell { get; init; }

    /// <summary>Its code, without the directives before it.</summary>
    public required string Code { get; init; }

    /// <summary>The names that it takes from the cells, or from the libraries.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The names that it declares for later cells.</summary>
    public required IReadOnlyList<string> Declared { get; init; }

    public required bool IsStatement { get; init; }

    /// <summary>Whether it declares variables.</summary>
    public required bool IsVariable { get; init; }

    /// <summary>Whether it calls a method named <c>Check</c>.</summary>
    public required bool IsCheck { get; init; }

    public static CellPart Of(int cell, MemberDeclarationSyntax member)
    {
        string[] declared = [.. CellNames.DeclaredBy(member).Distinct()];
        var isStatement = member is GlobalStatementSyntax;
        return new CellPart
        {
            Cell = cell,
            Code = member.ToString(),
            Names = [.. CellNames.FreeIn(member).Distinct()],
            Declared = declared,
            IsStatement = isStatement,
            IsVariable = member is FieldDeclarationSyntax || (isStatement && declared.Length > 0),
            IsCheck = member.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
                .Any(access => access.Name.Identifier.ValueText == CellCheck.Method),
        };
    }
}

/// <summary>A check of an exercise, as a cell makes it.</summary>
/// <param name="Exercise">The name of the exercise.</param>
/// <param name="Answer">The expression that is given to the check.</param>
/// <param name="Names">The names that the answer takes from the cells, or from the libraries.</param>
internal sealed record CellCheck(string Exercise, string Answer, IReadOnlyList<string> Names)
{
    /// <summary>The name of the method that checks.</summary>
    public const string Method = "Check";

    /// <summary>The check that a call is; null if it is none.</summary>
    public static CellCheck? Of(InvocationExpressionSyntax call)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: Method, Expression: var receiver }
            || call.ArgumentList.Arguments is not [var answer, ..])
        {
            return null;
        }

        var name = receiver switch
        {
            MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
            IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
            _ => "",
        };
        return CheckPlan.ByName.ContainsKey(name)
            ? new CellCheck(name, answer.Expression.ToFullString().Trim(), [.. CellNames.FreeIn(answer.Expression).Distinct()])
            : null;
    }
}
