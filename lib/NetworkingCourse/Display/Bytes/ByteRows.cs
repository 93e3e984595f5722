namespace NetworkingCourse.Display;

/// <summary>
/// The rows of a hexdump. If one field fills many rows, most of them are folded; the number of rows is limited.
/// </summary>
internal static class ByteRows
{
    /// <summary>The number of bytes per row.</summary>
    public const int Width = 16;

    /// <summary>The maximum number of fields, and of rows of bytes, that are shown.</summary>
    public const int MaxRows = 120;

    private const int ShownBefore = 3;
    private const int ShownAfter = 1;

    /// <summary>One row: up to 16 bytes, or a number of bytes that are not shown.</summary>
    /// <param name="Offset">The offset of the first byte.</param>
    /// <param name="Length">The number of bytes.</param>
    /// <param name="Folded">What the hidden bytes belong to; null for a row that is shown.</param>
    public readonly record struct Row(int Offset, int Length, string? Folded = null);

    public static IReadOnlyList<Row> Of(ByteMap map, int length)
    {
        var rows = new List<Row>();
        var count = (length + Width - 1) / Width;
        for (var row = 0; row < count;)
        {
            if (rows.Count == MaxRows)
            {
                rows.Add(new Row(row * Width, length - row * Width, "all that follows"));
                break;
            }

            var alike = RowsAlike(map, row, length);
            if (alike > ShownBefore + ShownAfter + 1)
            {
                var folded = (alike - ShownBefore - ShownAfter) * Width;
                rows.AddRange(Enumerable.Range(row, ShownBefore).Select(shown => new Row(shown * Width, Width)));
                rows.Add(new Row(
                    (row + ShownBefore) * Width,
                    folded,
                    map.Owner(row * Width) is { IsGap: false } owner
                        ? $"field {owner.Number}, {owner.Field.Name}"
                        : ByteMap.Gap));
                row += alike - ShownAfter;
            }
            else
            {
                rows.Add(new Row(row * Width, Math.Min(Width, length - row * Width)));
                row++;
            }
        }

        return rows;
    }

    // The number of full rows, from this one on, that lie entirely within one field. Bit fields are
    // excluded: others may share their bytes.
    private static int RowsAlike(ByteMap map, int row, int length)
    {
        var owner = map.Owner(row * Width);
        var end = Math.Min(owner.Field.End, length);
        return owner.Field.Bits is null && owner.Field.Offset <= row * Width ? end / Width - row : 0;
    }
}
