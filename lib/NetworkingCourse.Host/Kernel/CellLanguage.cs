using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The version of C# that cells are written in: the SDK's, wherever code is parsed or compiled. The compiler in the packages is
/// newer and has keywords that are plain identifiers in the SDK's version.
/// </summary>
internal static class CellLanguage
{
    public const LanguageVersion Version = LanguageVersion.CSharp14;

    /// <summary>The version as reported to front ends: <c>14.0</c>.</summary>
    public static string VersionText { get; } = Version.ToDisplayString();

    /// <summary>The options for parsing a cell.</summary>
    public static CSharpParseOptions Script { get; } = new(Version, kind: SourceCodeKind.Script);

    /// <summary>The options for parsing the same code as a program.</summary>
    public static CSharpParseOptions Program { get; } = new(Version, kind: SourceCodeKind.Regular);
}
