using NetworkingCourse.Packets;

namespace NetworkingCourse.Transport;

/// <summary>A packet as captured, not yet dissected.</summary>
/// <param name="Link">The type of link, which determines the first header.</param>
/// <param name="Timestamp">The time of capture, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Bytes">The captured bytes.</param>
/// <param name="OriginalLength">The length of the packet on the wire, in bytes.</param>
internal readonly record struct RawPacket(LinkType Link, long Timestamp, ReadOnlyMemory<byte> Bytes, int OriginalLength)
{
    /// <summary>
    /// The length of the packet on the wire, in bytes; at least the captured length, even if a file claims otherwise.
    /// </summary>
    public int OriginalLength { get; } = Math.Max(OriginalLength, Bytes.Length);
}
