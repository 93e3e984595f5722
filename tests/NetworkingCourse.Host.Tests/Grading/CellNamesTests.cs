using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetworkingCourse.Host.Grading;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Grading;

/// <summary>Which names a piece of code takes from other cells, and which it gives to them.</summary>
public sealed class CellNamesTests
{
    [Theory]
    [InlineData("var a = b;", "a")]
    [InlineData("var (a, b) = (1, 2);", "a b")]
    [InlineData("if (!(o is int i)) { var x = 1; }", "i")]
    [InlineData("foreach (var one in all) { if (one is int i) { } }", "")]
    [InlineData("await using (var client = F(x => x + 1)) { }", "")]
    [InlineData("int F(int n) { int Local() => n; return Local(); }", "F")]
    [InlineData("class A { int f; enum E { One } }", "A")]
    [InlineData("delegate int D(int n);", "D")]
    [InlineData("int P => 1;", "P")]
    public void What_is_declared_at_the_top_is_there_for_later_cells(string code, string names) =>
        Assert.Equal(names, string.Join(' ', MembersOf(code).SelectMany(CellNames.DeclaredBy)));

    [Theory]
    [InlineData("var a = b + c(d);", "b c d")]
    [InlineData("static int F(int x, List<T> y) { var z = x; return z + outside; }", "List T outside")]
    [InlineData("static T F<T>(T x) => x;", "")]
    [InlineData("int F(int n) => n == 0 ? 0 : F(n - 1);", "")]
    [InlineData("void F() { Local(); void Local() { used(); } }", "used")]
    [InlineData("a.b.c(d: e);", "a c e")]
    [InlineData("a?.b?.c();", "a c")]
    [InlineData("x => x + y", "y")]
    [InlineData("(x, _) => x + y", "y")]
    [InlineData("async (client, serving) => { await foreach (var one in client.All) { one.Use(other); } }", "Use other")]
    [InlineData("if (!(o is int i)) { } F(i);", "o F i")]
    [InlineData("void F() { if (!(o is int i)) return; G(i); }", "o G")]
    [InlineData("void F() { { int x = 1; } G(x); }", "G x")]
    [InlineData("void F() { for (var i = 0; i < n; i++) { } G(i); }", "n G i")]
    [InlineData("void F() { try { } catch (E e) when (e.M > m) { } }", "E m")]
    [InlineData("new Point { X = x, Y = y }", "Point x y")]
    [InlineData("new { X = x }", "x")]
    [InlineData("p is { Length: > 0 } and (var q, _) && q > limit", "p q limit")]
    [InlineData("from a in all let b = a + c join d in others on a equals d into e select (a, b, e)", "all c others")]
    [InlineData("class A(int p) : B { int f = p + g; int P => f; enum E { One } int M() => P + (int)E.One + Inherited; }",
        "B g Inherited")]
    [InlineData("static string Kind(byte[] b) => b switch { [var first, ..] => first + more, _ => none };", "more none")]
    [InlineData("System.Text.Encoding e;", "System")]
    public void Names_of_its_own_and_of_members_are_not_among_them(string code, string names)
    {
        var members = MembersOf(code);
        Assert.Equal(code, string.Join(' ', members.Select(member => member.ToString())));
        Assert.Equal(names, string.Join(' ', members.SelectMany(CellNames.FreeIn).Distinct().Where(name => name != "var")));
    }

    [Fact]
    public void A_long_sum_takes_no_quadratic_time()
    {
        // With a walk through what is around each name, this takes a quarter of an hour.
        var sum = string.Join('+', Enumerable.Repeat("a", 100_000));
        Assert.Equal(["var", "a"], MembersOf($"var z = {sum};").SelectMany(CellNames.FreeIn).Distinct());
        Assert.Equal(["int", "F"], MembersOf($"F(a => {sum});").SelectMany(CellNames.FreeIn).Prepend("int").Distinct());
    }

    private static SyntaxList<MemberDeclarationSyntax> MembersOf(string code) =>
        CSharpSyntaxTree.ParseText(code, CellLanguage.Script).GetCompilationUnitRoot().Members;
}
