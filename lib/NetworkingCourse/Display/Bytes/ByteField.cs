namespace NetworkingCourse.Display;

/// <summary>A field of a message, as a parser found it in the bytes.</summary>
/// <param name="Offset">The offset of the first byte, from 0.</param>
/// <param name="Length">
/// The length in bytes; 0 for a field that is present but empty. For a bit field, the number of bytes that contain its bits.
/// </param>
/// <param name="Name">The name of the field in the specification.</param>
/// <param name="Value">The value in its usual notation.</param>
/// <param name="Meaning">The meaning of the value; empty if the value needs no explanation.</param>
public sealed record ByteField(int Offset, int Length, string Name, string Value, string Meaning = "")
{
    /// <summary>The bits of the field, if it does not fill its bytes; null if it does.</summary>
    public BitRange? Bits { get; init; }

    /// <summary>The subfields, in order; empty if there are none.</summary>
    public IReadOnlyList<ByteField> Parts { get; init; } = [];

    /// <summary>The offset after the last byte.</summary>
    public int End => Offset + Length;

    // In bits from the start of all bytes. Used to check whether two fields overlap.
    internal (long From, long To) Extent => Bits is { } bits
        ? (Offset * 8L + bits.First, Offset * 8L + bits.First + bits.Count)
        : (Offset * 8L, End * 8L);
}

/// <summary>A range of bits within a field's bytes.</summary>
/// <param name="First">The first bit; bit 0 is the most significant bit of the first byte, as in RFC diagrams.</param>
/// <param name="Count">The number of bits; at least 1.</param>
public readonly record struct BitRange(int First, int Count);

/// <summary>The fields of one protocol within the bytes, for example an IPv4 header.</summary>
/// <param name="Protocol">The name of the section: <c>IPv4 header</c>, <c>DNS query</c>.</param>
/// <param name="Layer">The protocol's layer in the stack.</param>
/// <param name="Fields">The fields, in any order. They must not overlap.</param>
public sealed record ByteSection(string Protocol, Layer Layer, IReadOnlyList<ByteField> Fields);
