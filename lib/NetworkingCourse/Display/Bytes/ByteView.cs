namespace NetworkingCourse.Display;

/// <summary>
/// A dissected message: a hexdump with marked fields, and a table of each field's offset, bytes, name, value and meaning. A
/// parser creates it from the bytes and the fields that it found. The view checks that the fields lie within the bytes and do
/// not overlap, and marks bytes that belong to no field.
/// </summary>
public sealed class ByteView : Shown
{
    private readonly byte[] _bytes;

    /// <summary>Creates a view of a message of one protocol.</summary>
    /// <param name="protocol">The name of the message: <c>DNS query</c>.</param>
    /// <param name="layer">The protocol's layer in the stack.</param>
    /// <param name="bytes">The bytes; they are copied.</param>
    /// <param name="fields">The fields that the parser found, in any order.</param>
    /// <param name="note">A sentence below the view, for example why the parser stopped.</param>
    /// <exception cref="ArgumentException">A field lies outside the bytes or overlaps another.</exception>
    public ByteView(string protocol, Layer layer, ReadOnlyMemory<byte> bytes, IEnumerable<ByteField> fields, string? note = null)
        : this(bytes, [new ByteSection(protocol, layer, [.. fields])], note)
    {
    }

    /// <summary>Creates a view of a message with the headers of several encapsulated protocols.</summary>
    /// <param name="bytes">The bytes; they are copied.</param>
    /// <param name="sections">The sections that the parsers found.</param>
    /// <param name="note">A sentence below the view.</param>
    /// <exception cref="ArgumentException">A field lies outside the bytes or overlaps another.</exception>
    public ByteView(ReadOnlyMemory<byte> bytes, IEnumerable<ByteSection> sections, string? note = null)
    {
        _bytes = bytes.ToArray();
        Sections = [.. sections];
        Note = note;
        Map = new ByteMap(_bytes.Length, Sections);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The sections that the parsers found.</summary>
    public IReadOnlyList<ByteSection> Sections { get; }

    /// <summary>A sentence below the view, if there is one.</summary>
    public string? Note { get; }

    /// <summary>The first field or subfield of this name.</summary>
    /// <exception cref="ArgumentException">There is no such field; the message lists the available ones.</exception>
    public ByteField Field(string name) =>
        Map.Entries.FirstOrDefault(entry => !entry.IsGap && entry.Field.Name == name)?.Field
        ?? throw new ArgumentException(
            $"There is no field '{name}'. Available: "
                + string.Join(", ", Map.Entries.Where(entry => !entry.IsGap).Select(entry => entry.Field.Name).Distinct()) + ".",
            nameof(name));

    internal ByteMap Map { get; }

    /// <summary>
    /// The name and length of the message: <c>IPv4 header, TCP header · network, transport layer · 54 bytes</c>.
    /// </summary>
    internal string Head =>
        $"{string.Join(", ", Sections.Select(section => section.Protocol))} · "
        + $"{string.Join(", ", Sections.Select(section => InvariantText.Of(section.Layer)).Distinct())} layer · "
        + Octets.Count(_bytes.Length);

    /// <inheritdoc/>
    public override string ToHtml() => ByteViewHtml.Of(this);

    /// <summary>The hexdump and the table as aligned text. In the hexdump, a bar marks the first byte of each field.</summary>
    public override string ToString() => ByteViewText.Of(this);
}
