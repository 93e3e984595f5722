using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>A place in a cell, drawn: the message with line and column, the line itself, and a mark below the column.</summary>
internal static class CodeExcerpt
{
    public static IReadOnlyList<string> Lines(SourceText text, int position, int cell, string message) =>
        Lines(text, position, SourceName.Of(cell), message);

    /// <param name="text">The text.</param>
    /// <param name="position">The place in it.</param>
    /// <param name="source">What the text is called.</param>
    /// <param name="message">What is said of the place.</param>
    /// <param name="number">The number of the line, from 0, where it is another than the text's own (<c>#line</c>).</param>
    public static IReadOnlyList<string> Lines(SourceText text, int position, string source, string message, int? number = null)
    {
        var line = text.Lines.GetLineFromPosition(Math.Min(position, text.Length));
        var column = Math.Min(position, text.Length) - line.Start;
        var (shown, mark) = Around(line.ToString(), column);
        // A tab before the mark keeps it below its column, however wide the reader's tabs are.
        var indent = string.Concat(shown.Take(mark).Select(c => c == '\t' ? '\t' : ' '));
        return
        [
            $"{source}, line {(number ?? line.LineNumber) + 1}, column {column + 1}: {message}",
            $"    {shown}",
            $"    {indent}^",
        ];
    }

    /// <summary>As much of a line around a column as there is room for, and where the column is in it.</summary>
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
