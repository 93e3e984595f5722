using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Grading;

/// <summary>A code cell of a notebook, taken apart.</summary>
/// <param name="Number">Its number, counted from 1 among the code cells.</param>
/// <param name="Source">Its code, in which references to libraries of the course name those that this program has.</param>
/// <param name="Root">The parsed code.</param>
/// <param name="Parts">Its declarations and statements.</param>
internal sealed record CellCode(int Number, string Source, CompilationUnitSyntax Root, IReadOnlyList<CellPart> Parts)
{
    /// <summary>The path of the library that answers are checked with.</summary>
    public static string LibraryPath { get; } = typeof(Course).Assembly.Location;

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
        return new CellCode(number, written, root, [.. root.Members.Select(member => CellPart.Of(number, member))]);
    }

    /// <summary>The cell's directives and those of its parts that are needed, as code; empty if there are none.</summary>
    public string Extract(Func<CellPart, bool> needed)
    {
        IEnumerable<string> lines =
        [
            .. Root.GetReferenceDirectives().Select(directive => directive.ToString()),
            .. Root.Usings.Select(directive => directive.ToString()),
            .. Parts.Where(needed).Select(part => part.Code),
        ];
        return string.Join('\n', lines);
    }

    private static CompilationUnitSyntax Parse(string source) =>
        CSharpSyntaxTree.ParseText(source, CellLanguage.Script).GetCompilationUnitRoot();
}

/// <summary>A declaration or a statement of a cell.</summary>
internal sealed class CellPart
{
    private CellPart(int cell, MemberDeclarationSyntax member)
    {
        (Cell, Code) = (cell, member.ToString()); // without the directives before it
        Names = CellNames.FreeIn(member).ToHashSet();
        Declared = CellNames.DeclaredBy(member).ToHashSet();
        IsStatement = member is GlobalStatementSyntax;
        IsVariable = member is FieldDeclarationSyntax || (IsStatement && Declared.Count > 0);
        IsCheck = member.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Any(access => access.Name.Identifier.ValueText == "Check");
    }

    /// <summary>The number of its cell.</summary>
    public int Cell { get; }

    public string Code { get; }

    /// <summary>The names that it takes from the cells, or from the libraries.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>The names that it declares for later cells.</summary>
    public IReadOnlySet<string> Declared { get; }

    public bool IsStatement { get; }

    /// <summary>Whether it declares variables.</summary>
    public bool IsVariable { get; }

    /// <summary>Whether it calls a method named <c>Check</c>.</summary>
    public bool IsCheck { get; }

    public static CellPart Of(int cell, MemberDeclarationSyntax member) => new(cell, member);
}
