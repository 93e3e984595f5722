namespace NetworkingCourse.Transport;

/// <summary>A packet as it was captured, before anybody takes it apart.</summary>
/// <param name="Timestamp">When, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Bytes">What was captured of it.</param>
/// <param name="OriginalLength">How many bytes it had; more than were captured if it was cut.</param>
internal readonly record struct RawPacket(long Timestamp, ReadOnlyMemory<byte> Bytes, int OriginalLength);
