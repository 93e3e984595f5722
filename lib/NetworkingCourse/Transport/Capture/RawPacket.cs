namespace NetworkingCourse.Transport;

/// <summary>A packet as it was captured, before it is taken apart.</summary>
/// <param name="Link">What its first header is.</param>
/// <param name="Timestamp">When, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Bytes">What was captured of it.</param>
/// <param name="OriginalLength">How many bytes it had on the wire.</param>
internal readonly record struct RawPacket(LinkType Link, long Timestamp, ReadOnlyMemory<byte> Bytes, int OriginalLength)
{
    /// <summary>How many bytes it had on the wire: never fewer than were captured, whatever a file says.</summary>
    public int OriginalLength { get; } = Math.Max(OriginalLength, Bytes.Length);
}
