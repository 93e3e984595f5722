using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Shows a position in a cell: the message with line and column, the line, and a caret below the column.</summary>
internal static class CodeExcerpt
{
    public static IReadOnlyList<string> Lines(SourceText text, int position, int cell, string message) =>
        Lines(text, position, SourceName.Of(cell), message);

    /// <param name="text">The text.</param>
    /// <param name="position">The position in the text.</param>
    /// <param name="source">The name of the text.</param>
    /// <param name="message">The message about the position.</param>
    /// <param name="number">The zero-based line number, if it differs from the text's own (<c>#line</c>).</param>
    public static IReadOnlyList<string> Lines(SourceText text, int position, string source, string message, int? number = null)
    {
        var line = text.Lines.GetLineFromPosition(Math.Min(position, text.Length));
        var column = Math.Min(position, text.Length) - line.Start;
        var (shown, mark) = Around(line.ToString(), column);
        // Tabs before the caret keep it below its column, whatever the reader's tab width.
        var indent = string.Concat(shown.Take(mark).Select(c => c == '\t' ? '\t' : ' '));
        return
        [
            $"{source}, line {(number ?? line.LineNumber) + 1}, column {column + 1}: {message}",
            $"    {shown}",
            $"    {indent}^",
        ];
    }

    /// <summary>The part of a line around a column that fits the width, and the position of the column in that part.</summary>
    private static (string Shown, int Mark) Around(string line, int column)
    {
        const int widest = ShortLines.Widest - 4;
        if (line.Length <= widest)
        {
            return (line, column);
        }

        var from = Math.Clamp(column - widest / 2, 0, line.Length - widest);
        var (before, after) = (from > 0 ? "…" : "", from + widest < line.Length ? "…" : "");
        return ($"{before}{line[(from + before.Length)..(from + widest - after.Length)]}{after}", column - from);
    }
}
