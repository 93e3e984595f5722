using System.Text;

namespace NetworkingCourse.Display;

/// <summary>Formats a byte view as aligned text.</summary>
internal static class ByteViewText
{
    private const int HexBytes = 8;
    private const int ValueLength = 60;

    public static string Of(ByteView view)
    {
        var text = new StringBuilder(view.Head).Append("\n\n");
        AppendDump(text, view);
        text.Append('\n').Append(Fields(view));
        return view.Note is null ? text.ToString() : text.Append('\n').Append(view.Note).ToString();
    }

    /// <summary>Formats the bytes of a field in hexadecimal, as far as there is space, or its bits.</summary>
    public static string Bytes(ByteView view, ByteField field) => field.Bits is { } bits
        ? Octets.Bits(view.Bytes.Span.Slice(field.Offset, field.Length), bits)
        : Octets.Hex(view.Bytes.Span.Slice(field.Offset, field.Length), HexBytes);

    private static void AppendDump(StringBuilder text, ByteView view)
    {
        foreach (var row in ByteRows.Of(view.Map, view.Bytes.Length))
        {
            if (row.Folded is not null)
            {
                text.Append(InvariantText.Format($"     …  {Octets.Count(row.Length)} more of {row.Folded}\n"));
                continue;
            }

            text.Append(InvariantText.Format($"{row.Offset,6} "));
            for (var i = 0; i < ByteRows.Width; i++)
            {
                var at = row.Offset + i;
                text.Append(i >= row.Length
                    ? "   "
                    : $"{(view.Map.BeginningAt(at).Any() ? '|' : ' ')}{Octets.Hex(view.Bytes.Span.Slice(at, 1))}");
            }

            text.Append("   ").Append(Octets.Dump(view.Bytes.Span.Slice(row.Offset, row.Length))).Append('\n');
        }
    }

    private static string Fields(ByteView view)
    {
        var several = view.Sections.Count > 1;
        List<string[]> rows = [["no", "offset", "bytes", "of", "field", "value", "meaning"]];
        rows.AddRange(view.Map.Entries.Take(ByteRows.MaxRows).Select(entry => new[]
        {
            entry.Number == 0 ? "" : InvariantText.Format($"{entry.Number}"),
            InvariantText.Format($"{entry.Field.Offset}"),
            Bytes(view, entry.Field),
            entry.Section?.Protocol ?? "",
            new string(' ', 2 * entry.Depth) + entry.Field.Name,
            Octets.Shorten(entry.Field.Value, ValueLength),
            entry.Field.Meaning,
        }));
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        // Numbers are aligned right, everything else left. The protocol column is shown only if there are several protocols.
        var lines = rows.Select(row => string
            .Join("  ", row
                .Select((cell, column) => column <= 1 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))
                .Where((_, column) => several || column != 3))
            .TrimEnd());
        var more = view.Map.Entries.Count - ByteRows.MaxRows;
        return string.Join('\n', more > 0 ? lines.Append(InvariantText.Format($"{more:N0} more fields are not shown.")) : lines);
    }
}
