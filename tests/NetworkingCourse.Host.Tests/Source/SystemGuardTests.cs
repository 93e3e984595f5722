using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Source;

/// <summary>
/// What only some systems have must be behind a guard. A call into the C library says which systems have it, so that the
/// compiler demands a guard wherever it is called (CA1416). No compiler knows that about paths and addresses, so these tests
/// look for them.
/// </summary>
public sealed partial class SystemGuardTests
{
    private const string Guards = @"SystemFeatures\.|OperatingSystem\.Is|File\.Exists\(|Directory\.Exists\(|Need\.";

    private const string Folders = "(?:proc|sys|etc|dev|tmp|var|usr)";

    private const string Addresses = @"127\.(?!0\.0\.1\b)\d+\.\d+\.\d+";

    public static TheoryData<string> Files =>
        [.. SourceFiles.Where(file => !file.EndsWith("/SystemGuardTests.cs", StringComparison.Ordinal))];

    /// <summary>The paths of all C# files, relative to the repository.</summary>
    internal static IEnumerable<string> SourceFiles =>
        new[] { "lib", "tests" }.SelectMany(folder => Repository.SourceFiles(folder).Select(file => $"{folder}/{file}"));

    public static TheoryData<string> Notebooks => Repository.NotebookTheory;

    [Theory]
    [MemberData(nameof(Files))]
    public void A_source_file_guards_what_only_some_systems_have(string file) =>
        Assert.Empty(Unguarded(File.ReadAllText(Path.Combine(Repository.Root, file))));

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void A_cell_guards_what_only_some_systems_have(string name) => Assert.All(
        Notebook.Read(Path.Combine(Repository.Notebooks, name)).CodeCells.Where(cell => OfOneSystem().IsMatch(cell.Source)),
        cell => Assert.Matches(Guards, cell.Source));

    [Theory]
    [InlineData("class C { string[] M() => System.IO.File.ReadAllLines(\"/proc/stat\"); }", 1)]
    [InlineData("class C { string[] M() => OperatingSystem.IsLinux() ? System.IO.File.ReadAllLines(\"/proc/stat\") : []; }", 0)]
    [InlineData("class C { const string P = \"/proc/stat\"; string[] M() => System.IO.File.ReadAllLines(P); }", 1)]
    [InlineData(
        "class C { const string P = \"/proc/stat\"; "
        + "string[] M() => File.Exists(P) ? System.IO.File.ReadAllLines(P) : []; }",
        0)]
    [InlineData(
        "class C { [SupportedOSPlatform(\"linux\")] string[] M(int p) => System.IO.File.ReadAllLines($\"/proc/{p}/stat\"); }",
        0)]
    [InlineData("class C { string M(int p) => $\"/proc/{p}/stat\"; }", 1)]
    [InlineData("class C { IPAddress M() => IPAddress.Parse(\"127.0.0.2\"); }", 1)]
    [InlineData("class C { IPAddress M() => IPAddress.Parse(\"127.0.0.1\"); }", 0)]
    [InlineData("class C { string M() => \"www A 127.0.0.2\" + \"127.0.0.2\"; }", 0)]
    [InlineData(
        "class C { string[] M() => OperatingSystem.IsLinux() ? P(1) : []; "
        + "private string[] P(int p) => System.IO.File.ReadAllLines($\"/proc/{p}/stat\"); }",
        0)]
    [InlineData(
        "class C { string[] M() => OperatingSystem.IsLinux() ? P(1) : []; string[] N() => P(2); "
        + "string[] P(int p) => System.IO.File.ReadAllLines($\"/proc/{p}/stat\"); }",
        1)]
    [InlineData("partial class C { [LibraryImport(\"libc\")] private static partial int getppid(); }", 1)]
    [InlineData(
        "partial class C { [UnsupportedOSPlatform(\"windows\")] [LibraryImport(\"libc\")] "
        + "private static partial int getppid(); }",
        0)]
    [InlineData(
        "[SupportedOSPlatform(\"linux\")] partial class C { [LibraryImport(\"libc\")] private static partial int getppid(); }",
        0)]
    public void What_is_not_guarded_is_found(string code, int expected) => Assert.Equal(expected, Unguarded(code).Count());

    private static IEnumerable<string> Unguarded(string code)
    {
        var root = CSharpSyntaxTree.ParseText(code).GetRoot();
        var literals = root.DescendantNodes()
            .Where(node => node is LiteralExpressionSyntax or InterpolatedStringTextSyntax
                && (PathOfOneSystem().IsMatch(TextOf(node)) || IsAddressOfOneSystem(node)));
        var imports = root.DescendantNodes().OfType<AttributeSyntax>()
            .Where(attribute => attribute.Name.ToString() is "LibraryImport" or "DllImport"
                && attribute.ToString().Contains("\"libc\"", StringComparison.Ordinal));
        return literals.Where(literal => !SaysWhere(literal) && !IsGuarded(literal))
            .Concat(imports.Where(import => !SaysWhere(import)))
            .Select(node => node.Parent!.ToString());
    }

    // In a zone file or a made-up packet, an address is mere text; where it is parsed, it is about to be bound or connected to.
    private static bool IsAddressOfOneSystem(SyntaxNode node) => AddressOfOneSystem().IsMatch(TextOf(node))
        && node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression.ToString()
            is "IPAddress.Parse" or "IPEndPoint.Parse";

    private static string TextOf(SyntaxNode node) => node is LiteralExpressionSyntax literal ? literal.Token.ValueText
        // For an interpolated string: the text at its beginning.
        : node.Parent!.ChildNodes().First() == node ? ((InterpolatedStringTextSyntax)node).TextToken.ValueText : "";

    private static bool SaysWhere(SyntaxNode node) => node.Ancestors().OfType<MemberDeclarationSyntax>()
        .Any(member => member.AttributeLists
            .SelectMany(list => list.Attributes)
            .Any(attribute => attribute.Name.ToString() is "SupportedOSPlatform" or "UnsupportedOSPlatform"));

    // Private members are guarded where they are used: in every member of their type that names them.
    private static bool IsGuarded(SyntaxNode literal)
    {
        var member = literal.Ancestors().OfType<MemberDeclarationSyntax>().First();
        return member is TypeDeclarationSyntax ? Asks(member) : IsGuarded(member, []);
    }

    private static bool IsGuarded(MemberDeclarationSyntax member, HashSet<MemberDeclarationSyntax> seen)
    {
        if (!seen.Add(member)
            || SaysWhere(member)
            || Asks(member)
            || member.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.Members
                .OfType<PropertyDeclarationSyntax>()
                .Any(property => Asks(property) && Names(member, [property.Identifier.ValueText])))
        {
            return true;
        }

        var isVisible = member.Modifiers.Any(SyntaxKind.PublicKeyword) || member.Modifiers.Any(SyntaxKind.InternalKeyword);
        var users = isVisible ? [] : UsersOf(member).ToList();
        return users.Count > 0 && users.TrueForAll(user => IsGuarded(user, seen));
    }

    private static IEnumerable<MemberDeclarationSyntax> UsersOf(MemberDeclarationSyntax member)
    {
        var names = member switch
        {
            MethodDeclarationSyntax method => [method.Identifier.ValueText],
            PropertyDeclarationSyntax property => [property.Identifier.ValueText],
            FieldDeclarationSyntax field =>
                field.Declaration.Variables.Select(variable => variable.Identifier.ValueText).ToArray(),
            _ => [],
        };
        return member.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.Members
            .Where(other => other != member && Names(other, names));
    }

    private static bool Asks(MemberDeclarationSyntax member) => Regex.IsMatch(member.ToString(), Guards);

    private static bool Names(MemberDeclarationSyntax member, string[] names) =>
        member.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => names.Contains(name.Identifier.ValueText));

    [GeneratedRegex("^/" + Folders + "(?:/|$)")]
    private static partial Regex PathOfOneSystem();

    [GeneratedRegex("^" + Addresses)]
    private static partial Regex AddressOfOneSystem();

    [GeneratedRegex("\\$?@?\"(?:/" + Folders + "/|" + Addresses + ")")]
    private static partial Regex OfOneSystem();
}
