namespace NetworkingCourse.Display;

/// <summary>
/// Bytes taken apart: a hexdump in which the fields are told apart, and a table that says of each its offset, bytes, name, value and meaning.
/// Built from the bytes themselves by whoever parsed them; it checks that the fields lie within the bytes and apart from one another, and shows
/// as such what no field explains.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ByteView : IShown
{
    private readonly byte[] _bytes;

    /// <summary>Shows a message of one protocol.</summary>
    /// <param name="protocol">What it is: <c>DNS query</c>.</param>
    /// <param name="layer">The layer of the stack it belongs to.</param>
    /// <param name="bytes">The bytes; they are copied.</param>
    /// <param name="fields">What the parser found, in any order.</param>
    /// <param name="note">A sentence below the view, for instance why the parser went no further.</param>
    /// <exception cref="ArgumentException">A field lies outside the bytes or overlaps another.</exception>
    public ByteView(string protocol, Layer layer, ReadOnlyMemory<byte> bytes, IEnumerable<ByteField> fields, string? note = null)
        : this(bytes, [new ByteSection(protocol, layer, [.. fields])], note)
    {
    }

    /// <summary>Shows bytes of several protocols, one inside the other: a header of each and then the next.</summary>
    /// <param name="bytes">The bytes; they are copied.</param>
    /// <param name="sections">What the parsers found.</param>
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

    /// <summary>What the parsers found.</summary>
    public IReadOnlyList<ByteSection> Sections { get; }

    /// <summary>A sentence below the view, if there is one.</summary>
    public string? Note { get; }

    /// <summary>The first field of this name, parts included.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public ByteField Field(string name) => Map.Entries.FirstOrDefault(entry => !entry.IsGap && entry.Field.Name == name)?.Field
        ?? throw new ArgumentException($"There is no field '{name}'. There is: {string.Join(", ", Map.Entries.Where(entry => !entry.IsGap).Select(entry => entry.Field.Name).Distinct())}.", nameof(name));

    internal ByteMap Map { get; }

    /// <summary>What it is and how long: <c>IPv4 header, TCP header · network, transport layer · 54 bytes</c>.</summary>
    internal string Head =>
        $"{string.Join(", ", Sections.Select(section => section.Protocol))} · {string.Join(", ", Sections.Select(section => InvariantText.Of(section.Layer)).Distinct())} layer · {Octets.Count(_bytes.Length)}";

    /// <inheritdoc/>
    public string ToHtml() => ByteViewHtml.Of(this);

    /// <summary>Hexdump and table as text, aligned. In the hexdump a bar stands before the first byte of each field.</summary>
    public override string ToString() => ByteViewText.Of(this);
}
