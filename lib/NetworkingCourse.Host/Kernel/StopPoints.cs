using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Makes a cell stoppable. It inserts a <see cref="StopPoint"/> before every statement and into every function, so that no loop
/// runs for ever and no recursion overflows the stack; around awaited expressions; and, as marks, around clean-up code. It adds
/// no lines, so that the line numbers in stack traces are the cell's own.
/// </summary>
internal sealed class StopPoints : CSharpSyntaxWalker
{
    private const string Class = "global::NetworkingCourse.Host.Kernel.StopPoint";
    private const string Pass = Class + ".Pass();";
    private const string Enter = Class + ".Enter();";
    private const string OfAwaiter = ",[global::System.Diagnostics.StackTraceHidden]static(__stop)=>__stop.";

    private readonly AwaitedTypes? _types;
    private readonly SemanticModel? _model;
    private readonly List<Edit> _edits = [];

    private StopPoints(SemanticModel? model) => (_model, _types) = (model, model is null ? null : new AwaitedTypes(model));

    /// <summary>Inserts stop points into code as far as syntax alone allows.</summary>
    public static string AddTo(string code, CancellationToken cancellation)
    {
        var tree = CSharpSyntaxTree.ParseText(code, CellLanguage.Script, cancellationToken: cancellation);
        // Code that does not parse is left as written, for the compiler to report.
        return tree.GetDiagnostics(cancellation).Any(found => found.Severity == DiagnosticSeverity.Error)
            ? code
            : AddTo(tree, model: null, cancellation);
    }

    /// <summary>Inserts stop points into code that compiles.</summary>
    /// <param name="tree">The code.</param>
    /// <param name="model">
    /// The semantic model of the code. Without one, expressions stay as they are, because rewriting them depends on their types.
    /// </param>
    /// <param name="cancellation">Cancels the work.</param>
    public static string AddTo(SyntaxTree tree, SemanticModel? model, CancellationToken cancellation)
    {
        var points = new StopPoints(model);
        points.Visit(tree.GetRoot(cancellation));
        // At the same position, insertions that end something precede those that begin something. Among insertions of the same
        // kind, the order of the walk is right.
        var changes = points._edits.OrderBy(edit => edit.Position).ThenByDescending(edit => edit.IsEnd).GroupBy(
            edit => edit.Position,
            (position, edits) => (Position: position, Edits: edits.ToList()));
        return tree.GetText(cancellation).WithChanges(changes.Select(change => new TextChange(
            new TextSpan(change.Position, change.Edits.Max(edit => edit.Replaced)),
            string.Concat(change.Edits.Select(edit => edit.Text))))).ToString();
    }

    public override void DefaultVisit(SyntaxNode node)
    {
        if (node is StatementSyntax statement)
        {
            VisitStatement(statement);
        }
        else
        {
            base.DefaultVisit(node);
        }
    }

    public override void VisitCatchClause(CatchClauseSyntax node)
    {
        Visit(node.Filter);
        VisitCleanUp(node.Block);
    }

    public override void VisitFinallyClause(FinallyClauseSyntax node) => VisitCleanUp(node.Block);

    public override void VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        if (IsCleanUp(node) && node.Body is { } body && !body.DescendantNodes().Any(inner => inner is YieldStatementSyntax))
        {
            VisitCleanUp(body);
        }
        else
        {
            base.VisitMethodDeclaration(node);
        }
    }

    public override void VisitDestructorDeclaration(DestructorDeclarationSyntax node)
    {
        if (node.Body is { } body)
        {
            VisitCleanUp(body);
        }
        else
        {
            base.VisitDestructorDeclaration(node);
        }
    }

    public override void VisitArrowExpressionClause(ArrowExpressionClauseSyntax node)
    {
        if (node.Parent is not { } owner
            || _model?.GetDeclaredSymbol(owner) is not { } symbol
            || SemicolonOf(owner) is not { } semicolon)
        {
            base.VisitArrowExpressionClause(node);
            return;
        }

        var cleanUp = IsCleanUp(owner) ? BeginCleanUp : "";
        var getter = symbol is IPropertySymbol ? "get{" : "";
        var begin = "{" + getter + cleanUp + EntryOf(owner) + Return(node.Expression, symbol);
        _edits.Add(new(node.ArrowToken.SpanStart, begin, Replaced: 2));
        base.VisitArrowExpressionClause(node);
        End(semicolon.Span.End, "}" + (getter.Length > 0 ? "}" : "") + (cleanUp.Length > 0 ? "}" : ""));
    }

    public override void VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) =>
        VisitLambda(node, () => base.VisitSimpleLambdaExpression(node));

    public override void VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) =>
        VisitLambda(node, () => base.VisitParenthesizedLambdaExpression(node));

    public override void VisitAwaitExpression(AwaitExpressionSyntax node)
    {
        var kind = _types?.Of(node) ?? Awaited.AsItIs;
        // In an interpolated string, the colons of 'global::' would start a format specifier, except in parentheses.
        var isInText = kind != Awaited.AsItIs && node.Ancestors().Any(around => around is InterpolationSyntax);
        Begin(node.SpanStart, isInText ? "(" : "");
        Begin(node.Expression.SpanStart, kind switch
        {
            Awaited.Known => Class + ".Await(",
            Awaited.Any => Class + ".Await((",
            _ => "",
        });
        base.VisitAwaitExpression(node);
        End(node.Expression.Span.End, kind switch
        {
            Awaited.Known => ")",
            Awaited.Any => $").GetAwaiter(){OfAwaiter}IsCompleted{OfAwaiter}GetResult())",
            _ => "",
        });
        End(node.Span.End, isInText ? ")" : "");
    }

    // A method that receives the source text of its argument must not receive the kernel's insertions.
    public override void VisitArgument(ArgumentSyntax node)
    {
        if (_model?.GetSymbolInfo(node.Parent!.Parent!).Symbol is IMethodSymbol called
            && called.Parameters.Any(parameter => parameter.GetAttributes().Any(
                attribute => attribute.AttributeClass?.Name == nameof(CallerArgumentExpressionAttribute))))
        {
            return;
        }

        base.VisitArgument(node);
    }

    public override void VisitWhereClause(WhereClauseSyntax node) =>
        VisitElement(node.Condition, _model?.GetQueryClauseInfo(node).OperationInfo.Symbol);

    public override void VisitSelectClause(SelectClauseSyntax node) =>
        VisitElement(node.Expression, _model?.GetSymbolInfo(node).Symbol);

    private static string BeginCleanUp => "using(" + Class + ".CleanUp()){";

    private void VisitStatement(StatementSyntax statement)
    {
        if (statement is BlockSyntax block)
        {
            // A loop with an empty body must be stoppable too.
            var isEmptyLoop = block.Statements.Count == 0 && IsBodyOfLoop(block);
            Begin(block.OpenBraceToken.Span.End, IsFunction(block.Parent) ? EntryOf(block.Parent!) : isEmptyLoop ? Pass : "");
            base.DefaultVisit(block);
            return;
        }

        // A label can be a jump target in a loop, so a stop point must also stand between it and its statement.
        var isListed = statement.Parent is BlockSyntax or GlobalStatementSyntax or SwitchSectionSyntax or LabeledStatementSyntax
            && statement is not LocalFunctionStatementSyntax && !IsInFinally(statement);
        var isBody = !isListed && IsBodyOfLoop(statement);
        Begin(statement.SpanStart, isListed ? Pass : isBody ? "{" + Pass : "");
        VisitParts(statement);
        End(statement.Span.End, isBody ? "}" : "");
    }

    private void VisitParts(StatementSyntax statement)
    {
        var name = FormattableString.Invariant($"__stop{statement.SpanStart}");
        switch (statement)
        {
            // One mark is outside the resource and one inside: the resource is disposed of between the two marks.
            case UsingStatementSyntax node:
                Begin(node.SpanStart, $"using(var {name}={Class}.Using())");
                Visit(node.Declaration);
                Visit(node.Expression);
                Begin(node.Statement.SpanStart, $"using({name}.Inside)");
                Visit(node.Statement);
                break;
            case LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0, Parent: BlockSyntax } node:
                Begin(node.SpanStart, $"using var {name}={Class}.Using();");
                base.DefaultVisit(node);
                End(node.Span.End, $"using var {name}i={name}.Inside;");
                break;
            case CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 } node when _types?.IsAsyncEnumerable(node) == true:
                Begin(node.Expression.SpanStart, $"{Class}.Each(");
                Visit(node.Expression);
                End(node.Expression.Span.End, ")");
                Visit(node.Statement);
                break;
            default:
                base.DefaultVisit(statement);
                break;
        }
    }

    private void VisitCleanUp(BlockSyntax block)
    {
        Begin(block.OpenBraceToken.Span.End, BeginCleanUp);
        Visit(block);
        End(block.CloseBraceToken.SpanStart, "}");
    }

    private void VisitLambda(LambdaExpressionSyntax lambda, Action visitParts)
    {
        if (_model is not null && _model.GetTypeInfo(lambda).ConvertedType is { Name: "Expression" })
        {
            return; // an expression tree does not run as written
        }

        if (lambda.ExpressionBody is not { } body || _model?.GetSymbolInfo(lambda).Symbol is not IMethodSymbol symbol)
        {
            visitParts();
            return;
        }

        Begin(body.SpanStart, "{" + Enter + Return(body, symbol));
        visitParts();
        End(body.Span.End, ";}");
    }

    // Visits a part of a query that is evaluated for each element.
    private void VisitElement(ExpressionSyntax part, ISymbol? method)
    {
        if (method is not IMethodSymbol { Parameters: [.., { Type.Name: var takes }] } || takes == "Expression")
        {
            return;
        }

        var isWrapped = _model!.GetTypeInfo(part).Type is { SpecialType: not SpecialType.System_Void };
        Begin(part.SpanStart, isWrapped ? $"({Class}.Pass(" : "");
        Visit(part);
        End(part.Span.End, isWrapped ? "))" : "");
    }

    private void Begin(int position, string text) => Add(new(position, text));

    private void End(int position, string text) => Add(new(position, text, IsEnd: true));

    private void Add(Edit edit)
    {
        if (edit.Text.Length > 0)
        {
            _edits.Add(edit);
        }
    }

    private static string Return(ExpressionSyntax body, ISymbol function) =>
        body is ThrowExpressionSyntax
            || function is IMethodSymbol { ReturnsVoid: true }
                or IMethodSymbol { IsAsync: true, ReturnType: INamedTypeSymbol { Arity: 0 } }
            ? ""
            : "return ";

    private static SyntaxToken? SemicolonOf(SyntaxNode owner) => owner switch
    {
        BaseMethodDeclarationSyntax method => method.SemicolonToken,
        PropertyDeclarationSyntax property => property.SemicolonToken,
        IndexerDeclarationSyntax indexer => indexer.SemicolonToken,
        AccessorDeclarationSyntax accessor => accessor.SemicolonToken,
        LocalFunctionStatementSyntax function => function.SemicolonToken,
        _ => null,
    };

    private static bool IsCleanUp(SyntaxNode function) => function is DestructorDeclarationSyntax
        or MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" or "DisposeAsyncCore" };

    private static bool IsInFinally(StatementSyntax statement) => statement.Ancestors()
        .TakeWhile(around =>
            !IsBodyOfLoop(around) && around is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .OfType<FinallyClauseSyntax>().Any();

    private static bool IsBodyOfLoop(SyntaxNode node) =>
        node is StatementSyntax
        && node.Parent is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax;

    // If a static constructor fails, its class can never be used again.
    private static string EntryOf(SyntaxNode function) =>
        function is ConstructorDeclarationSyntax { Modifiers: var modifiers } && modifiers.Any(SyntaxKind.StaticKeyword)
            ? Pass
            : Enter;

    private static bool IsFunction(SyntaxNode? node) => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
        or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax;

    private readonly record struct Edit(int Position, string Text, bool IsEnd = false, int Replaced = 0);
}
