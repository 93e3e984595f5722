using System.ComponentModel;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Where a cell's code asks whether it has been stopped.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StopPoint
{
    private static volatile bool _anyIsStopped;

    /// <summary>Goes on, unless the cell that the caller belongs to was stopped.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static void Pass()
    {
        if (_anyIsStopped)
        {
            CellContext.Current?.ThrowIfStopped();
        }
    }

    /// <summary>From the first stop on, everybody looks closer.</summary>
    internal static void Alert() => _anyIsStopped = true;
}

/// <summary>
/// Writes a <see cref="StopPoint"/> before every statement of a cell, so that no loop of a learner's runs for ever. What stands in a
/// <c>finally</c> is done to its end, except for loops. It adds no line, so that lines in stack traces are the cell's own.
/// </summary>
internal static class StopPoints
{
    private const string Call = "global::NetworkingCourse.Host.Kernel.StopPoint.Pass();";

    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    public static string AddTo(string code, CancellationToken cancellation)
    {
        var text = SourceText.From(code);
        var root = CSharpSyntaxTree.ParseText(text, Script, cancellationToken: cancellation).GetCompilationUnitRoot(cancellation);
        // Code that does not parse is for the compiler to complain about, as it was written.
        if (root.ContainsDiagnostics)
        {
            return code;
        }

        var changes = root.DescendantNodes().OfType<StatementSyntax>().SelectMany(Changes).OrderBy(change => change.Span.Start).ThenBy(change => change.Order).ToList();
        return changes.Count == 0 ? code : text.WithChanges(changes.Select(change => new TextChange(change.Span, change.Text))).ToString();
    }

    private static IEnumerable<(TextSpan Span, string Text, int Order)> Changes(StatementSyntax statement)
    {
        if (statement is BlockSyntax block)
        {
            // A loop without a body turns too.
            return block.Statements.Count == 0 && IsBodyOfLoop(block) ? [At(block.OpenBraceToken.Span.End, Call)] : [];
        }

        // A label comes round again by itself: between it and its statement there must be one too.
        var isListed = statement.Parent is BlockSyntax or GlobalStatementSyntax or SwitchSectionSyntax or LabeledStatementSyntax
            && statement is not LocalFunctionStatementSyntax && !TidiesUp(statement);
        return isListed ? [At(statement.SpanStart, Call)]
            : IsBodyOfLoop(statement) ? [At(statement.SpanStart, "{" + Call), At(statement.Span.End, "}", isEnd: true)]
            : [];
    }

    private static bool TidiesUp(StatementSyntax statement) =>
        statement.Ancestors().TakeWhile(around => !IsBodyOfLoop(around) && around is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<FinallyClauseSyntax>().Any();

    private static bool IsBodyOfLoop(SyntaxNode node) => node is StatementSyntax && node.Parent is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax;

    // At one place, what ends goes before what begins, and the inner end before the outer.
    private static (TextSpan Span, string Text, int Order) At(int position, string text, bool isEnd = false) => (new TextSpan(position, 0), text, isEnd ? 0 : 1);
}
