using Microsoft.CodeAnalysis.CSharp;
using NetworkingCourse.Host.Grading;
using NetworkingCourse.Host.Kernel;

namespace NetworkingCourse.Host.Tests.Grading;

/// <summary>Which names a piece of code takes from outside it.</summary>
public sealed class FreeNamesTests
{
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
        var part = CSharpSyntaxTree.ParseText(code, CellLanguage.Script).GetCompilationUnitRoot();
        var members = part.Members.Select(member => member.ToString());
        Assert.Equal(code, string.Join(' ', members));
        Assert.Equal(names, string.Join(' ', part.Members.SelectMany(FreeNames.In).Distinct().Where(name => name != "var")));
    }
}
