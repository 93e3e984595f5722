using Microsoft.CodeAnalysis.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>A place in a cell, drawn: the message with line and column, the line itself, and a mark below the column.</summary>
internal static class CodeExcerpt
{
    public static IReadOnlyList<string> Lines(SourceText text, int position, int cell, string message)
    {
        var line = text.Lines.GetLineFromPosition(Math.Min(position, text.Length));
        var column = Math.Min(position, text.Length) - line.Start;
        // A tab before the mark keeps it below its column, however wide the reader's tabs are.
        var indent = string.Concat(line.ToString().Take(column).Select(c => c == '\t' ? '\t' : ' '));
        return
        [
            $"{SourceName.Of(cell)}, line {line.LineNumber + 1}, column {column + 1}: {message}",
            $"    {line}",
            $"    {indent}^",
        ];
    }
}
