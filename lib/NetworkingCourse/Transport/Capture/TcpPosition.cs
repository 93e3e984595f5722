namespace NetworkingCourse.Transport;

/// <summary>The position of a segment in its conversation, in numbers relative to each side's initial sequence number.</summary>
/// <param name="Sequence">The number of the first byte. The SYN has 0, so the first byte of data has 1.</param>
/// <param name="Acknowledgment">
/// The number of the next byte that the sender expects from the other side; 0 if the segment acknowledges nothing.
/// </param>
/// <param name="Next">The number after the last byte, captured or not. SYN and FIN count as one each.</param>
/// <param name="IsRepeated">Whether an earlier packet of the capture already held every byte that this one carries.</param>
/// <param name="Window">
/// The number of bytes that the sender can accept, scaled as agreed in the SYNs; null if those were not captured.
/// </param>
public sealed record TcpPosition(long Sequence, long Acknowledgment, long Next, bool IsRepeated, long? Window)
{
    /// <summary>The sequence numbers that the segment takes up: one for each byte of data, for a SYN and for a FIN.</summary>
    public long Length => Next - Sequence;

    /// <summary>
    /// What the segment's flags do not show: its purpose, or a missing or filled gap; empty if there is nothing to add.
    /// </summary>
    public string Remark { get; init; } = "";
}
