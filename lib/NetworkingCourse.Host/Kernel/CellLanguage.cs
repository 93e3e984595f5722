using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The version of C# that cells are written in: the SDK's, wherever code is parsed or compiled. The compiler in the packages is
/// newer and knows words that are names in the SDK's.
/// </summary>
internal static class CellLanguage
{
    public const LanguageVersion Version = LanguageVersion.CSharp14;

    /// <summary>The version as front ends are told it: <c>14.0</c>.</summary>
    public static string VersionText { get; } = Version.ToDisplayString();

    /// <summary>How a cell is parsed.</summary>
    public static CSharpParseOptions Script { get; } = new(Version, kind: SourceCodeKind.Script);

    /// <summary>How the same code is parsed in a program.</summary>
    public static CSharpParseOptions Program { get; } = new(Version, kind: SourceCodeKind.Regular);
}
