namespace NetworkingCourse.Display;

/// <summary>A run of bytes that means something, as a parser found it.</summary>
/// <param name="Offset">Where it begins, counted in bytes from 0.</param>
/// <param name="Length">How many bytes it takes; 0 for one that is there and empty. For a field of bits, the bytes that hold them.</param>
/// <param name="Name">What the specification calls it.</param>
/// <param name="Value">Its value, as people write it.</param>
/// <param name="Meaning">What this value says; empty where the value says it all.</param>
public sealed record ByteField(int Offset, int Length, string Name, string Value, string Meaning = "")
{
    /// <summary>Which of the bits are the field's, if it does not fill its bytes; null if it does.</summary>
    public BitRange? Bits { get; init; }

    /// <summary>The fields it is made of, in order; empty if it is not divided.</summary>
    public IReadOnlyList<ByteField> Parts { get; init; } = [];

    /// <summary>The offset after its last byte.</summary>
    public int End => Offset + Length;

    // In bits from the beginning of all bytes: what tells whether two fields overlap.
    internal (long From, long To) Extent => Bits is { } bits ? (Offset * 8L + bits.First, Offset * 8L + bits.First + bits.Count) : (Offset * 8L, End * 8L);
}

/// <summary>Some of the bits of a field's bytes.</summary>
/// <param name="First">The first bit, counted from 0 at the most significant bit of the first byte, as the diagrams in RFCs number them.</param>
/// <param name="Count">How many there are; at least 1.</param>
public readonly record struct BitRange(int First, int Count);

/// <summary>The fields of one protocol among the bytes, for instance an IPv4 header.</summary>
/// <param name="Protocol">What it is: <c>IPv4 header</c>, <c>DNS query</c>.</param>
/// <param name="Layer">The layer of the stack it belongs to.</param>
/// <param name="Fields">Its fields, in any order. None may overlap another.</param>
public sealed record ByteSection(string Protocol, Layer Layer, IReadOnlyList<ByteField> Fields);
