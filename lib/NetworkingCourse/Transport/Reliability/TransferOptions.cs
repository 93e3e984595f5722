namespace NetworkingCourse.Transport;

/// <summary>What can be set of a transfer: the protocol, and the link it has to live with.</summary>
public sealed record TransferOptions : ProtocolOptions
{
    /// <summary>The link from the sender to the receiver: 1 Mbit/s and a delay of 10 ms, unless told otherwise.</summary>
    public LinkOptions There { get; init; } = new() { BitsPerSecond = 1e6, Delay = TimeSpan.FromMilliseconds(10) };

    /// <summary>The link back, on which the acknowledgements travel: 1 Mbit/s and a delay of 10 ms, unless told otherwise.</summary>
    public LinkOptions Back { get; init; } = new() { BitsPerSecond = 1e6, Delay = TimeSpan.FromMilliseconds(10) };

    /// <summary>How much data a segment carries, in bytes; 494 unless told otherwise, which with the header is 4 ms at 1 Mbit/s.</summary>
    public int SegmentBytes { get; init; } = 494;

    /// <summary>What chance begins with.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>If there is one, it happens at its time: the link from the sender to the receiver becomes another.</summary>
    public (TimeSpan At, LinkOptions There)? Change { get; init; }

    /// <summary>How long the link is busy with one segment of data.</summary>
    internal TimeSpan SegmentTime => TimeOf(There, Segment.HeaderBytes + SegmentBytes);

    /// <summary>From the beginning of a segment's sending until its acknowledgement is there, if nothing else is under way and nothing goes wrong.</summary>
    internal TimeSpan Cycle => SegmentTime + There.Delay + TimeOf(Back, Segment.HeaderBytes) + Back.Delay;

    internal override void Validate()
    {
        base.Validate();
        There.Validate();
        Back.Validate();
        Change?.There.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 1, nameof(SegmentBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 65_000, nameof(SegmentBytes));
    }

    private static TimeSpan TimeOf(LinkOptions link, int bytes) => link.BitsPerSecond is { } rate ? TimeSpan.FromSeconds(bytes * 8 / rate) : TimeSpan.Zero;
}
