using System.Globalization;
using Microsoft.CodeAnalysis;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Formats the compiler's diagnostics for a cell, with the line of code concerned, and with advice where cells differ from
/// programs.
/// </summary>
internal static class CompilerReport
{
    /// <summary>
    /// Diagnostics about every library that was built against another version of the framework; the cell is not at fault.
    /// </summary>
    private static readonly string[] Noise = ["CS1701", "CS1702"];

    /// <summary>The errors that prevent a cell from running.</summary>
    public static CellError Errors(IEnumerable<Diagnostic> found)
    {
        var errors = found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        // With syntax errors, any semantic errors are guesswork.
        var ofGrammar = errors.Select(error => error.Location.SourceTree).OfType<SyntaxTree>().Distinct()
            .SelectMany(tree => tree.GetDiagnostics())
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        var shown = Ordered(ofGrammar.Count > 0 ? ofGrammar : errors).ToList();
        // The same advice is given once.
        var advised = shown.DistinctBy(error => error.Id).ToHashSet();
        var traceback = shown
            .SelectMany(error => Lines(error, advice: advised.Contains(error) ? Advice(error) : null))
            .ToList();
        return new CellError(CellError.Compilation, traceback[0], traceback);
    }

    /// <summary>The warnings about a cell, one per line; empty if there are none.</summary>
    public static string Warnings(IEnumerable<Diagnostic> found) => string.Concat(
        Ordered(found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning && !Noise.Contains(diagnostic.Id)))
            .Select(warning => ShortLines.Of(Lines(warning, "warning ")[0]) + "\n"));

    private static IEnumerable<Diagnostic> Ordered(IEnumerable<Diagnostic> diagnostics) => diagnostics
        .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
        // An invalid character is the reason why other tokens are missing at its position.
        .ThenByDescending(diagnostic => diagnostic.Id == "CS1056");

    private static IReadOnlyList<string> Lines(Diagnostic diagnostic, string kind = "", string? advice = null)
    {
        var message = $"{kind}{diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}{advice}";
        // Diagnostics about the whole compilation have no location.
        if (diagnostic.Location.SourceTree is not { } tree)
        {
            return [message];
        }

        var (position, place) = (diagnostic.Location.SourceSpan.Start, diagnostic.Location.GetMappedLineSpan());
        return CodeExcerpt.Lines(tree.GetText(), position, SourceName.Shown(place.Path), message, place.StartLinePosition.Line);
    }

    private static string? Advice(Diagnostic error) => error.Id switch
    {
        "CS1503" or "CS0123" or "CS0407" when error.GetMessage(CultureInfo.InvariantCulture) is var message
            && message.Contains("method group", StringComparison.Ordinal) =>
            " (The parameters or the return type of your method differ from what is wanted here. A stub has the right ones.)",
        "CS8345" => $" ({Dialect.SpanMessage("Span")})",
        "CS1109" => " (In a cell, write the extension method on its own, outside any class.)",
        "CS0103" or "CS0246" => " (If it comes from a cell above, run that cell first.)",
        "CS0128" or "CS0102" => " (A later cell can declare a name again, but one cell cannot declare it twice.)",
        _ => null,
    };
}
