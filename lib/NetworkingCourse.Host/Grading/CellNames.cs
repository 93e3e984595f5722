using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetworkingCourse.Host.Grading;

/// <summary>
/// The names that a piece of code has in common with other cells. Nothing is bound: a name is the code's own if a declaration in
/// one of the blocks, functions or types around it has the same name.
/// </summary>
internal static class CellNames
{
    /// <summary>
    /// The names that a piece of code takes from outside it. Its own parameters, variables and members are not among them, nor
    /// are members of other types.
    /// </summary>
    public static IEnumerable<string> FreeIn(SyntaxNode code)
    {
        var own = OwnOf(code).ToLookup(each => each.Scope, each => each.Name);
        // How many of the declarations around the current node have a name. To walk through what is around each name would take
        // quadratic time in a long sum, which is a deep tree.
        var around = new Dictionary<string, int>();
        foreach (var scope in code.Ancestors())
        {
            Count(scope, 1);
        }

        var open = new Stack<(SyntaxNode Node, bool IsLeft)>([(code, false)]);
        while (open.TryPop(out var at))
        {
            if (at.IsLeft)
            {
                Count(at.Node, -1);
                continue;
            }

            if (own.Contains(at.Node))
            {
                open.Push((at.Node, true));
            }

            if (at.Node is SimpleNameSyntax name && !IsMember(name)
                && around.GetValueOrDefault(name.Identifier.ValueText) == 0)
            {
                yield return name.Identifier.ValueText;
            }

            Count(at.Node, 1);
            foreach (var child in at.Node.ChildNodes().Reverse())
            {
                open.Push((child, false));
            }
        }

        void Count(SyntaxNode scope, int change)
        {
            foreach (var name in own[scope])
            {
                around[name] = around.GetValueOrDefault(name) + change;
            }
        }
    }

    /// <summary>The names that a declaration or a statement of a cell declares for later cells.</summary>
    public static IEnumerable<string> DeclaredBy(MemberDeclarationSyntax member) =>
        OwnOf(member).Where(own => own.Scope is null || own.Scope == member.Parent).Select(own => own.Name);

    private static bool IsMember(SimpleNameSyntax name) => name.Parent switch
    {
        // A call may be one of an extension method, which a cell can declare.
        MemberAccessExpressionSyntax access => access.Name == name && access.Parent is not InvocationExpressionSyntax,
        MemberBindingExpressionSyntax binding => binding.Parent is not InvocationExpressionSyntax,
        QualifiedNameSyntax qualified => qualified.Right == name,
        NameColonSyntax or NameEqualsSyntax => true,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left == name,
        _ => false,
    };

    private static IEnumerable<(SyntaxNode? Scope, string Name)> OwnOf(SyntaxNode code)
    {
        foreach (var node in code.DescendantNodesAndSelf())
        {
            (SyntaxNode? Scope, SyntaxToken Name)? own = node switch
            {
                ParameterSyntax parameter => (FunctionAround(parameter), parameter.Identifier),
                TypeParameterSyntax parameter => (parameter.Parent?.Parent, parameter.Identifier),
                SingleVariableDesignationSyntax variable => (BlockAround(variable), variable.Identifier),
                VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax field } variable =>
                    (field.Parent, variable.Identifier),
                VariableDeclaratorSyntax variable => (BlockAround(variable), variable.Identifier),
                ForEachStatementSyntax loop => (loop, loop.Identifier),
                CatchDeclarationSyntax caught => (caught.Parent, caught.Identifier),
                FromClauseSyntax from => (QueryAround(from), from.Identifier),
                LetClauseSyntax let => (QueryAround(let), let.Identifier),
                JoinClauseSyntax join => (QueryAround(join), join.Identifier),
                JoinIntoClauseSyntax into => (QueryAround(into), into.Identifier),
                QueryContinuationSyntax into => (QueryAround(into), into.Identifier),
                LocalFunctionStatementSyntax function => (BlockAround(function), function.Identifier),
                MethodDeclarationSyntax method => (method.Parent, method.Identifier),
                PropertyDeclarationSyntax property => (property.Parent, property.Identifier),
                EnumMemberDeclarationSyntax member => (member.Parent, member.Identifier),
                BaseTypeDeclarationSyntax type => (type.Parent, type.Identifier),
                DelegateDeclarationSyntax type => (type.Parent, type.Identifier),
                _ => null,
            };
            if (own is { } found)
            {
                yield return (found.Scope, found.Name.ValueText);
            }
        }
    }

    // A lambda with one parameter, or the declaration whose list this is.
    private static SyntaxNode? FunctionAround(ParameterSyntax parameter) =>
        parameter.Parent is BaseParameterListSyntax list ? list.Parent : parameter.Parent;

    // What is declared at the top of a cell belongs to the cell, and not to a block.
    private static SyntaxNode? BlockAround(SyntaxNode declaration) => declaration.Ancestors().FirstOrDefault(node =>
        node is BlockSyntax or SwitchSectionSyntax or SwitchExpressionArmSyntax or CommonForEachStatementSyntax
            or ForStatementSyntax or UsingStatementSyntax or FixedStatementSyntax or AnonymousFunctionExpressionSyntax
            or ArrowExpressionClauseSyntax or BaseMethodDeclarationSyntax or TypeDeclarationSyntax
            or LocalFunctionStatementSyntax);

    private static QueryExpressionSyntax? QueryAround(SyntaxNode clause) => clause.FirstAncestorOrSelf<QueryExpressionSyntax>();
}
