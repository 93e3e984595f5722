namespace NetworkingCourse.Display;

/// <summary>Maps bytes to fields: it checks and numbers the fields, and marks the gaps between them.</summary>
internal sealed class ByteMap
{
    /// <summary>The name of bytes that belong to no field.</summary>
    public const string Gap = "(not explained)";

    private readonly List<Entry> _entries = [];
    private readonly Entry?[] _owners;
    private readonly ILookup<int, Entry> _beginnings;
    private int _numbered;

    public ByteMap(int length, IReadOnlyList<ByteSection> sections)
    {
        _owners = new Entry?[length];
        var fields = sections.SelectMany(section => section.Fields).ToList();
        Check(fields, new ByteField(0, length, "the bytes", ""));
        var ordered = sections
            .Where(section => section.Fields.Count > 0)
            .OrderBy(section => section.Fields.Min(field => field.Extent.From))
            .ToList();
        var end = 0;
        foreach (var (i, section) in ordered.Index())
        {
            var until = i + 1 < ordered.Count ? ordered[i + 1].Fields.Min(field => field.Offset) : length;
            if (section.Fields.Max(field => field.End) > until && i + 1 < ordered.Count)
            {
                throw new ArgumentException(
                    $"'{section.Protocol}' extends into '{ordered[i + 1].Protocol}'.", nameof(sections));
            }

            Add(section, section.Fields, depth: 0, end, until);
            end = until;
        }

        if (ordered.Count == 0)
        {
            Add(sections.Count > 0 ? sections[0] : null, [], depth: 0, 0, length);
        }

        _beginnings = _entries
            .Where(entry => entry.Field is { Parts.Count: 0, Length: > 0 })
            .ToLookup(entry => entry.Field.Offset);
    }

    /// <summary>A row of the table: a field or a gap.</summary>
    /// <param name="Number">The number that the hexdump uses, from 1; 0 for a field with subfields, and for a gap.</param>
    /// <param name="Depth">The nesting depth: the number of fields that contain this one.</param>
    /// <param name="Field">The field.</param>
    /// <param name="Section">The protocol section it belongs to; null if there is none.</param>
    /// <param name="IsGap">Whether these bytes belong to no field.</param>
    public sealed record Entry(int Number, int Depth, ByteField Field, ByteSection? Section, bool IsGap);

    /// <summary>All rows, in byte order, each field before its subfields.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>The last field with bits in this byte.</summary>
    public Entry Owner(int offset) => _owners[offset]!;

    /// <summary>The fields that begin in this byte; more than one only if they are bit fields.</summary>
    public IEnumerable<Entry> BeginningAt(int offset) => _beginnings[offset];

    private void Add(ByteSection? section, IReadOnlyList<ByteField> fields, int depth, int from, int to)
    {
        var at = from;
        foreach (var field in fields.OrderBy(field => field.Extent.From).ThenBy(field => field.Length))
        {
            AddGap(section, depth, at, field.Offset);
            Add(new Entry(field.Parts.Count > 0 ? 0 : ++_numbered, depth, field, section, IsGap: false));
            if (field.Parts.Count > 0)
            {
                Add(section, field.Parts, depth + 1, field.Offset, field.End);
            }

            at = Math.Max(at, field.End);
        }

        AddGap(section, depth, at, to);
    }

    private void AddGap(ByteSection? section, int depth, int from, int to)
    {
        if (to > from)
        {
            Add(new Entry(0, depth, new ByteField(from, to - from, Gap, ""), section, IsGap: true));
        }
    }

    private void Add(Entry entry)
    {
        _entries.Add(entry);
        if (entry.Field.Parts.Count == 0)
        {
            _owners.AsSpan(entry.Field.Offset, entry.Field.Length).Fill(entry);
        }
    }

    private static void Check(IReadOnlyList<ByteField> fields, ByteField whole)
    {
        ByteField? before = null;
        foreach (var field in fields.OrderBy(field => field.Extent.From).ThenBy(field => field.Length))
        {
            if (field.Length < 0 || field.Offset < whole.Offset || field.Offset > whole.End - field.Length)
            {
                throw new ArgumentException(
                    InvariantText.Format($"'{field.Name}' (offset {field.Offset}, {Octets.Count(field.Length)}) ")
                        + "does not lie within "
                        + InvariantText.Format($"{whole.Name} (offset {whole.Offset}, {Octets.Count(whole.Length)})."),
                    nameof(fields));
            }

            if (field.Bits is { } bits && (bits.First < 0 || bits.Count < 1 || bits.First + bits.Count > field.Length * 8))
            {
                throw new ArgumentException(
                    InvariantText.Format($"'{field.Name}' has only {field.Length * 8} bits, ")
                        + InvariantText.Format($"so it cannot have bits {bits.First} to {bits.First + bits.Count - 1}."),
                    nameof(fields));
            }

            if (before is not null && field.Extent.From < before.Extent.To)
            {
                throw new ArgumentException(
                    InvariantText.Format($"'{field.Name}' at offset {field.Offset} overlaps ")
                        + InvariantText.Format($"'{before.Name}', which begins at {before.Offset}."),
                    nameof(fields));
            }

            Check(field.Parts, field);
            before = field.Length > 0 ? field : before;
        }
    }
}
