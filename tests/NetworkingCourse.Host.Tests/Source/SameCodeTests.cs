using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using CourseSource = NetworkingCourse.Display.Source;

namespace NetworkingCourse.Host.Tests.Source;

/// <summary>What is shown of any file is the compiled code, as the compiler's parser reads it, less what is left out.</summary>
public sealed class SameCodeTests
{
    private const string Library = "lib/NetworkingCourse";

    private static readonly string[] LeftOut = ["AsyncMethodBuilder", "TypeFormatterSource", "SuppressMessage"];

    public static TheoryData<string> Files => [.. Repository.SourceFiles(Library)];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_shown_is_the_code_that_was_compiled(string file)
    {
        var shown = CourseSource.Of(file[..^3]).ToString();
        var compiled = Compiled(file);

        Assert.Equal(Tokens(new Without().Visit(compiled)), Tokens(CSharpSyntaxTree.ParseText(shown).GetRoot()));
        Assert.Equal(Comments(compiled), Comments(CSharpSyntaxTree.ParseText(shown).GetRoot()).Intersect(Comments(compiled)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_is_left_of_what_is_left_out(string file)
    {
        var shown = CourseSource.Of(file[..^3]).ToString();

        Assert.DoesNotContain(shown.Split('\n'), line => line.TrimStart().StartsWith("///", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\n\n\n|\{\n\n|^\s*\n", shown.ReplaceLineEndings("\n"));
        Assert.DoesNotContain(shown.Split('\n'), line => line.EndsWith(' '));
    }

    /// <summary>The type that the file is named after or, if there is none, everything in its namespace.</summary>
    private static SyntaxNode Compiled(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, Library, file));
        var root = CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot();
        var space = root.Members.OfType<BaseNamespaceDeclarationSyntax>().Single();
        var name = Path.GetFileNameWithoutExtension(file);
        var type = space.Members.OfType<BaseTypeDeclarationSyntax>().FirstOrDefault(type => type.Identifier.Text == name);
        return type ?? (SyntaxNode)space;
    }

    private static IEnumerable<string> Tokens(SyntaxNode node) =>
        node.DescendantTokens().Where(token => !token.IsKind(SyntaxKind.EndOfFileToken)).Select(token => token.Text);

    private static IEnumerable<string> Comments(SyntaxNode node) => node.DescendantTrivia()
        .Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
        .Where(trivia => trivia.Token.Parent?.FirstAncestorOrSelf<AttributeListSyntax>() is not { } list || !IsLeftOut(list))
        .Select(trivia => trivia.ToString()).Distinct();

    private static bool IsLeftOut(AttributeListSyntax list) => LeftOut.Contains(list.Attributes[0].Name.ToString());

    private sealed class Without : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitAttributeList(AttributeListSyntax node) =>
            IsLeftOut(node) ? null : base.VisitAttributeList(node);

        public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node) =>
            node.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } awaited
            && node.ArgumentList.Arguments is [{ Expression.RawKind: (int)SyntaxKind.FalseLiteralExpression }]
                ? Visit(awaited.Expression)
                : base.VisitInvocationExpression(node);
    }
}
