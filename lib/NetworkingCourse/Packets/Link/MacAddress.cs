using System.Globalization;

namespace NetworkingCourse.Packets;

/// <summary>
/// A link-layer address: 48 bits, written as six hexadecimal bytes (IEEE 802). It identifies a station on one link only.
/// </summary>
/// <param name="Bits">The address as a number; only the lower 48 bits are used.</param>
public readonly record struct MacAddress(ulong Bits)
{
    internal const int Length = 6;

    /// <summary>The broadcast address, which addresses every station on the link.</summary>
    public static MacAddress Broadcast { get; } = new(0xFFFF_FFFF_FFFF);

    /// <summary>Whether this is a group address: the lowest bit of the first byte is set.</summary>
    public bool IsGroup => (Bits >> 40 & 1) != 0;

    /// <summary>
    /// The address of a port in this course: locally administered (the second-lowest bit of the first byte is set), followed by
    /// the number of the node and the number of the port.
    /// </summary>
    internal static MacAddress Of(int node, int port) => new(0x02UL << 40 | (ulong)(uint)node << 8 | (byte)port);

    /// <summary>The link-layer group address of an IPv4 multicast group (RFC 1112, section 6.4).</summary>
    internal static MacAddress OfGroup(uint group) => new(0x01005E000000UL | group & 0x7FFFFF);

    internal static MacAddress Read(ReadOnlySpan<byte> bytes)
    {
        var bits = 0UL;
        for (var i = 0; i < Length; i++)
        {
            bits = bits << 8 | bytes[i];
        }

        return new MacAddress(bits);
    }

    internal void WriteTo(Span<byte> destination)
    {
        for (var i = 0; i < Length; i++)
        {
            destination[i] = (byte)(Bits >> (40 - 8 * i));
        }
    }

    /// <summary>The address in the usual notation: <c>02:00:00:00:01:01</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteTo(bytes);
        return string.Join(':', bytes.ToArray().Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
