using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using CourseSource = NetworkingCourse.Display.Source;

namespace NetworkingCourse.Host.Tests.Source;

/// <summary>
/// A lesson shows one member of a source file: the whole of it and nothing else, as the compiler's own parser finds it.
/// </summary>
public sealed class SourceMemberTests
{
    private static readonly SyntaxKind[] Modifiers =
    [
        SyntaxKind.PublicKeyword, SyntaxKind.PrivateKeyword, SyntaxKind.ProtectedKeyword, SyntaxKind.InternalKeyword,
        SyntaxKind.StaticKeyword,
    ];

    public static TheoryData<string> Files =>
    [
        .. typeof(CourseSource).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".cs", StringComparison.Ordinal)).Select(name => name[..^3]),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_member_that_can_be_shown_is_shown_whole_and_alone(string file)
    {
        var source = CourseSource.Of(file);
        var root = CSharpSyntaxTree.ParseText(source.ToString()).GetRoot();
        var members = root.DescendantNodes().OfType<MemberDeclarationSyntax>()
            .Where(member => member.Parent is TypeDeclarationSyntax)
            .Where(member => member.Modifiers.Any(modifier => Modifiers.Contains(modifier.Kind())))
            .Select(member => (Name: NameOf(member), Node: member))
            .Where(member => member.Name != "");

        Assert.All(members.DistinctBy(member => member.Name), member =>
            Assert.Equal(LinesOf(source.ToString(), member.Node), source.Member(member.Name).ToString()));
    }

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method => method.Identifier.Text,
        PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property => property.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => "",
    };

    // Whole lines: the comments directly above, the declaration, and what follows its end on the same line.
    private static string LinesOf(string text, MemberDeclarationSyntax member)
    {
        var lines = text.Split('\n');
        var span = member.SyntaxTree.GetLineSpan(member.Span);
        var (first, last) = (span.StartLinePosition.Line, span.EndLinePosition.Line);
        while (lines[first - 1].TrimStart().StartsWith("//", StringComparison.Ordinal))
        {
            first--;
        }

        var indent = span.StartLinePosition.Character;
        return string.Join('\n', lines[first..(last + 1)].Select(line => line[Math.Min(indent, line.Length)..]));
    }
}
