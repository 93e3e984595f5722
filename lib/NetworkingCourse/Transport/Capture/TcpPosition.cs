namespace NetworkingCourse.Transport;

/// <summary>Where a segment stands in its conversation: numbers counted from each side's first, instead of from where it happened to begin.</summary>
/// <param name="Sequence">The number of its first byte; a SYN has 0, so that the first byte of data is 1.</param>
/// <param name="Acknowledgment">The next byte that its sender expects of the other side; 0 if it acknowledges nothing.</param>
/// <param name="Next">The number after its last byte, captured or not: a SYN and a FIN count as one each.</param>
/// <param name="IsRepeated">Whether every byte that it carries is in an earlier packet of the capture.</param>
/// <param name="Window">How many bytes the sender can take, scaled as both sides agreed in their SYNs; null if the capture does not hold these.</param>
public sealed record TcpPosition(long Sequence, long Acknowledgment, long Next, bool IsRepeated, long? Window)
{
    /// <summary>How many numbers it takes: its bytes, and one for a SYN and for a FIN.</summary>
    public long Length => Next - Sequence;

    /// <summary>
    /// What the segment is for, or what its place says, where its flags do not say it; empty if there is nothing to say.
    /// </summary>
    public string Remark { get; init; } = "";
}
