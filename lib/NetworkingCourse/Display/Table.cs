using System.Globalization;
using System.Net;
using System.Text;

namespace NetworkingCourse.Display;

/// <summary>A small table with a header row, shown as HTML or as aligned text.</summary>
public sealed class Table : Shown
{
    private const int MaxLineLength = 60;
    private const int MaxWordsOfNumber = 3;

    // In a table of a few columns, the cells of a column with nothing longer than this stay in one line.
    private const int MaxShortLength = 16;
    private const int FewColumns = 6;

    private readonly string[] _columns;
    private readonly string[][] _rows;
    private readonly bool[] _numeric;

    /// <summary>Creates a table.</summary>
    /// <param name="columns">The header cells, with units in parentheses.</param>
    /// <param name="rows">The rows, each with one cell per column. Numbers are written in the invariant culture.</param>
    /// <param name="note">A sentence below the table.</param>
    public Table(IEnumerable<string> columns, IEnumerable<IReadOnlyList<object?>> rows, string? note = null)
    {
        _columns = [.. columns];
        _rows = [.. rows.Select(row => row.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "").ToArray())];
        _numeric = [.. _columns.Select((_, i) =>
            _rows.All(row => LooksNumeric(row[i])) && !_rows.All(row => row[i] == "–"))];
        Note = note;
    }

    /// <summary>A sentence below the table, if there is one.</summary>
    public string? Note { get; }

    /// <summary>The header cells.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>The rows of the body, as shown.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder(Style.Sheet);
        if (_rows.Length > 0 || Note is null)
        {
            AppendRows(html);
        }

        if (Note is not null)
        {
            html.Append("<p class=\"course-note\">").Append(WebUtility.HtmlEncode(Note)).Append("</p>");
        }

        return html.ToString();
    }

    /// <summary>The table as text, with aligned columns.</summary>
    public override string ToString()
    {
        var widths = _columns.Select((head, i) => _rows.Select(row => row[i].Length).Append(head.Length).Max()).ToArray();
        var lines = _rows.Prepend([.. widths.Select(width => new string('-', width))]).Prepend(_columns)
            .Select(row => string
                .Join("  ", row.Select((cell, i) => _numeric[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])))
                .TrimEnd());
        return string.Join('\n', Note is null ? lines : lines.Append(Note));
    }

    private void AppendRows(StringBuilder html)
    {
        html.Append("<div class=\"course-scroll\"><table class=\"course-table");
        foreach (var column in Enumerable.Range(0, _columns.Length <= FewColumns ? _columns.Length : 0).Where(IsShort))
        {
            html.Append(InvariantText.Format($" k{column}"));
        }

        html.Append("\"><thead><tr>");
        for (var i = 0; i < _columns.Length; i++)
        {
            html.Append(Open("th", i)).Append(WebUtility.HtmlEncode(_columns[i])).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var row in _rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Length; i++)
            {
                html.Append(row[i].Length > MaxLineLength ? "<td class=\"course-long\">" : Open("td", i))
                    .Append(WebUtility.HtmlEncode(row[i]))
                    .Append("</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table></div>");
    }

    private bool IsShort(int column) =>
        !_numeric[column] && _rows.All(row => row[column].Length <= MaxShortLength)
        && _rows.Any(row => row[column].AsSpan().IndexOfAny(" -,") >= 0);

    // The class has one letter and no quotes: a book has fifty thousand such cells.
    private string Open(string element, int column) =>
        _numeric[column] ? $"<{element} class=n>" : $"<{element}>";

    // A number and its unit are at most a few words. Anything longer is a sentence that begins with a number; a list of counts,
    // such as a log's summary, counts as one. A dash or an infinity sign may take the place of a number.
    private static bool LooksNumeric(string cell) => cell is "" or "–" or "∞"
        || (char.IsAsciiDigit(cell.TrimStart('+', '-', '×', ' ').FirstOrDefault())
            && cell.Count(letter => letter == ' ') < MaxWordsOfNumber
            && !cell.Contains(", ", StringComparison.Ordinal));
}
