namespace NetworkingCourse.Transport;

/// <summary>Options of a transfer: those of the protocol, and those of the link.</summary>
public sealed record TransferOptions : ProtocolOptions
{
    /// <summary>The link from the sender to the receiver; by default 1 Mbit/s with a delay of 10 ms.</summary>
    public LinkOptions Forward { get; init; } = new() { BitsPerSecond = 1e6, Delay = TimeSpan.FromMilliseconds(10) };

    /// <summary>The link back, which carries the acknowledgments; by default 1 Mbit/s with a delay of 10 ms.</summary>
    public LinkOptions Reverse { get; init; } = new() { BitsPerSecond = 1e6, Delay = TimeSpan.FromMilliseconds(10) };

    /// <summary>The bytes of data per segment; 494 by default, which with the header takes 4 ms at 1 Mbit/s.</summary>
    public int SegmentBytes { get; init; } = 494;

    /// <summary>The seed of the random numbers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A change of the link from the sender to the receiver at a given time; null for none.</summary>
    public (TimeSpan At, LinkOptions Forward)? Change { get; init; }

    /// <summary>The transmission time of one data segment.</summary>
    internal TimeSpan SegmentTime => TimeOf(Forward, Segment.HeaderBytes + SegmentBytes);

    /// <summary>
    /// The time from the start of a segment's transmission until its acknowledgment arrives, if nothing else is in
    /// flight and nothing goes wrong.
    /// </summary>
    internal TimeSpan Cycle => SegmentTime + Forward.Delay + TimeOf(Reverse, Segment.HeaderBytes) + Reverse.Delay;

    internal override void Validate()
    {
        base.Validate();
        Forward.Validate();
        Reverse.Validate();
        Change?.Forward.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 1, nameof(SegmentBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 65_000, nameof(SegmentBytes));
    }

    private static TimeSpan TimeOf(LinkOptions link, int bytes) =>
        link.BitsPerSecond is { } rate ? TimeSpan.FromSeconds(bytes * 8 / rate) : TimeSpan.Zero;
}
