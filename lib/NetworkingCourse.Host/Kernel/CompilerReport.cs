using System.Globalization;
using Microsoft.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Writes down what the compiler says of a cell, with the line of code it is about, and what to do where cells differ
/// from programs.</summary>
internal static class CompilerReport
{
    /// <summary>Said of every library that was built against another version of the framework, and no fault of a
    /// cell's.</summary>
    private static readonly string[] Noise = ["CS1701", "CS1702"];

    /// <summary>Why a cell cannot be run.</summary>
    public static CellError Errors(IEnumerable<Diagnostic> found)
    {
        var errors = found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        // Where the grammar is broken, what the rest means is guesswork.
        var ofGrammar = errors.Select(error => error.Location.SourceTree).OfType<SyntaxTree>().Distinct()
            .SelectMany(tree => tree.GetDiagnostics())
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        var traceback = Ordered(ofGrammar.Count > 0 ? ofGrammar : errors).SelectMany(error => Lines(error)).ToList();
        return new CellError(CellError.Compilation, traceback[0], traceback);
    }

    /// <summary>What compiles and looks like a mistake, one after the other; empty if there is nothing.</summary>
    public static string Warnings(IEnumerable<Diagnostic> found) => string.Concat(
        Ordered(found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning && !Noise.Contains(diagnostic.Id)))
            .Select(warning => ShortLines.Of(Lines(warning, "warning ")[0]) + "\n"));

    private static IEnumerable<Diagnostic> Ordered(IEnumerable<Diagnostic> diagnostics) => diagnostics
        .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
        // A character that is no part of the language is why other things are missing at its place.
        .ThenByDescending(diagnostic => diagnostic.Id == "CS1056");

    private static IReadOnlyList<string> Lines(Diagnostic diagnostic, string kind = "")
    {
        var message = $"{kind}{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}{Advice(diagnostic.Id)}";
        // What is said about the whole has no place.
        if (diagnostic.Location.SourceTree is not { } tree)
        {
            return [message];
        }

        var (position, place) = (diagnostic.Location.SourceSpan.Start, diagnostic.Location.GetMappedLineSpan());
        return CodeExcerpt.Lines(tree.GetText(), position, SourceName.Shown(place.Path), message, place.StartLinePosition.Line);
    }

    private static string? Advice(string id) => id switch
    {
        "CS8345" => $" ({Dialect.SpanMessage("Span")})",
        "CS1109" => " (In a cell, write the extension method on its own, outside any class.)",
        "CS0128" or "CS0102" => " (A name can be declared again in a later cell, not twice in one.)",
        _ => null,
    };
}
