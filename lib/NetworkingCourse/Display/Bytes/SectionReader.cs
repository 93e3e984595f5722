namespace NetworkingCourse.Display;

/// <summary>
/// Reads a message section by section, and keeps what was read of each, even of one that is cut off: that is worth seeing.
/// </summary>
/// <param name="bytes">The whole message.</param>
/// <param name="isSilent">Whether the reader keeps no sections, for callers that want only the values.</param>
internal sealed class SectionReader(ReadOnlyMemory<byte> bytes, bool isSilent = false)
{
    private readonly List<ByteSection> _sections = [];

    /// <summary>Where the next section begins.</summary>
    public int Offset { get; private set; }

    public IReadOnlyList<ByteSection> Sections => _sections;

    /// <summary>Reads a section.</summary>
    /// <param name="name">The section's name.</param>
    /// <param name="layer">The layer of the stack it belongs to.</param>
    /// <param name="end">The offset by which the section must end.</param>
    /// <param name="read">Reads its fields.</param>
    /// <returns>What <paramref name="read"/> made of them.</returns>
    public T Read<T>(string name, Layer layer, int end, Func<FieldReader, T> read)
    {
        var reader = new FieldReader(bytes, Offset, Math.Max(end, Offset)) { IsSilent = isSilent };
        try
        {
            return read(reader);
        }
        finally
        {
            if (!isSilent)
            {
                _sections.Add(new ByteSection(name, layer, [.. reader.Fields]));
            }

            Offset = reader.Offset;
        }
    }

    /// <inheritdoc cref="Read{T}"/>
    public void Read(string name, Layer layer, int end, Action<FieldReader> read) => Read(name, layer, end, reader =>
    {
        read(reader);
        return true;
    });
}
