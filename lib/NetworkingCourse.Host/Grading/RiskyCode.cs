using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NetworkingCourse.Host.Grading;

/// <summary>
/// Names in a notebook's code that no answer of the course needs, and with which code could forge a verdict or harm the machine.
/// An answer runs in the same process as its check, so nothing but a reader can rule this out.
/// </summary>
internal static class RiskyCode
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "Activator", "AppDomain", "Assembly", "AssemblyLoadContext", "BindingFlags", "ConstructorInfo", "Directory",
        "DirectoryInfo", "DllImport", "DllImportAttribute", "DynamicMethod", "Environment", "FieldInfo", "File", "FileInfo",
        "FileStream", "FileSystem", "FileSystemWatcher", "Formatter", "GetConstructor", "GetConstructors", "GetField",
        "GetFields", "GetMember", "GetMembers", "GetMethod", "GetMethods", "GetProperties", "GetProperty", "GetRuntimeFields",
        "GetRuntimeMethods", "GetRuntimeProperties", "GetType", "GetTypes", "InvokeMember", "LibraryImport", "Marshal",
        "MemoryMappedFile", "MethodInfo", "NativeLibrary", "OpenHandle", "OpenStandardOutput", "Process", "PropertyInfo",
        "Reflection", "RuntimeHelpers", "StreamReader", "StreamWriter", "TypeInfo", "Unsafe", "UnsafeAccessor",
        "UnsafeAccessorAttribute",
    };

    /// <summary>Sentences about the cells that use such names.</summary>
    /// <param name="plan">The notebook.</param>
    /// <param name="known">The code of the lessons' own cells, some of which use such names.</param>
    public static IEnumerable<string> In(CheckPlan plan, IReadOnlySet<string> known) =>
        from cell in plan.Cells
        where !known.Contains(cell.Source) && cell.Risks.Count > 0
        select FormattableString.Invariant($"Read code cell {cell.Number}: it uses {string.Join(", ", cell.Risks)}.");

    /// <summary>Such names in a cell, each once and in order.</summary>
    public static IEnumerable<string> NamesIn(CompilationUnitSyntax cell)
    {
        var names = cell.DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => token.ValueText)
            .Where(Names.Contains);
        var isUnsafe = cell.DescendantTokens().Any(token => token.IsKind(SyntaxKind.UnsafeKeyword));
        var hides = cell.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Any(type => type.Identifier.ValueText == nameof(Exercises));
        return names
            .Concat(isUnsafe ? ["unsafe"] : [])
            .Concat(hides ? ["a type of its own named Exercises"] : [])
            .Distinct().Order(StringComparer.Ordinal);
    }
}
