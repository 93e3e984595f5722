using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Writes the compiler's errors down with the line of code each is about, and what to do where cells differ from programs.</summary>
internal static class CompileErrors
{
    public static CellError Report(string code, int cell, IEnumerable<Diagnostic> errors)
    {
        var text = SourceText.From(code);
        var ordered = errors.OrderBy(error => error.Location.SourceSpan.Start).ToList();
        var traceback = ordered.SelectMany(error => Lines(text, cell, error)).ToList();
        return new CellError(CellError.Compilation, traceback[0], traceback);
    }

    private static IReadOnlyList<string> Lines(SourceText text, int cell, Diagnostic error)
    {
        var message = $"{error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}{Advice(error.Id)}";
        // Errors in a loaded script or about the whole compilation have no line in the cell to show.
        return error.Location.SourceTree?.FilePath == SourceName.Of(cell)
            ? CodeExcerpt.Lines(text, error.Location.SourceSpan.Start, cell, message)
            : [message];
    }

    private static string? Advice(string id) => id switch
    {
        "CS8345" => $" ({Dialect.SpanMessage("Span")})",
        "CS1109" => " (In a cell, write the extension method on its own, outside any class.)",
        "CS0128" or "CS0102" => " (A name can be declared again in a later cell, not twice in one.)",
        _ => null,
    };
}
