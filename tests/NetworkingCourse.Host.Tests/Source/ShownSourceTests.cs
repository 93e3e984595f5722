using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetworkingCourse.Host.Notebooks;
using CourseSource = NetworkingCourse.Display.Source;

namespace NetworkingCourse.Host.Tests.Source;

/// <summary>Every source that a lesson shows is whole, short, narrow, and free of what only tools need.</summary>
public sealed partial class ShownSourceTests
{
    private const int Lines = 60;

    private const int Columns = 100;

    /// <summary>Lessons refer to this type, and will show it.</summary>
    private static readonly (string Type, string Member)[] More = [("EpollReadiness", "")];

    public static TheoryData<string, string> Shown
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (type, member) in CodeCells.SelectMany(Calls).Concat(More).Distinct())
            {
                data.Add(type, member);
            }

            return data;
        }
    }

    private static IEnumerable<string> CodeCells => Repository.NotebookNames
        .SelectMany(name => Notebook.Read(Path.Combine(Repository.Notebooks, name)).CodeCells.Select(cell => cell.Source));

    [Fact]
    public void No_call_is_overlooked()
    {
        var called = CodeCells.Sum(cell => Regex.Count(cell, @"\bSource\s*\.\s*Of\b"));

        Assert.Equal(called, CodeCells.SelectMany(Calls).Count());
        Assert.InRange(called, 30, 300);
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void What_is_shown_is_one_declaration_from_its_beginning_to_its_end(string type, string member)
    {
        var text = TextOf(type, member);
        var tree = CSharpSyntaxTree.ParseText(member.Length == 0 ? text : $"class Around {{\n{text}\n}}");

        Assert.Empty(tree.GetDiagnostics());
        Assert.Equal(Count(tree, SyntaxKind.OpenBraceToken), Count(tree, SyntaxKind.CloseBraceToken));
        var outermost = Assert.Single(tree.GetCompilationUnitRoot().Members);
        var declared = member.Length == 0 ? outermost : Assert.Single(((TypeDeclarationSyntax)outermost).Members);
        Assert.Equal(member.Length == 0 ? type : member, NameOf(declared));
        Assert.DoesNotMatch("(?m)^//[^ \n]", text);
        var code = string.Join('\n', text.Split('\n').SkipWhile(line => line.StartsWith("//", StringComparison.Ordinal)));
        Assert.Equal(declared.ToString(), code);
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void What_is_shown_has_nothing_in_it_that_only_tools_need(string type, string member)
    {
        var text = TextOf(type, member);

        Assert.DoesNotContain("///", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("</?(?:summary|param|returns|remarks|exception|see|c|inheritdoc)\\b[^>]*/?>", Comments(text));
        Assert.DoesNotContain("ConfigureAwait(false)", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\[(?:AsyncMethodBuilder|TypeFormatterSource|SuppressMessage)|#pragma", text);
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public void What_is_shown_fits_on_a_screen(string type, string member)
    {
        var lines = TextOf(type, member).Split('\n');

        Assert.InRange(lines.Length, 1, Lines);
        Assert.DoesNotContain(lines, line => line.Length > Columns);
    }

    private static string TextOf(string type, string member)
    {
        var source = CourseSource.Of(type);
        return (member.Length == 0 ? source : source.Member(member)).ToString();
    }

    private static IEnumerable<(string Type, string Member)> Calls(string cell) =>
        Call().Matches(cell).Select(call => (call.Groups["type"].Value, call.Groups["member"].Value));

    private static int Count(SyntaxTree tree, SyntaxKind kind) =>
        tree.GetRoot().DescendantTokens().Count(token => token.IsKind(kind));

    private static string Comments(string text) => string.Join('\n', CSharpSyntaxTree.ParseText(text).GetRoot()
        .DescendantTrivia().Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)));

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        _ => "",
    };

    [GeneratedRegex(@"\bSource\.Of(?:<(?<type>\w+)>\(\)|\(""(?<type>[\w/]+)""\))(?:\s*\.Member\(""(?<member>\w+)""\))?")]
    private static partial Regex Call();
}
