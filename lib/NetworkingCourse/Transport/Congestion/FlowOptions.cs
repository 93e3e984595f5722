namespace NetworkingCourse.Transport;

/// <summary>What can be set of a flow: a sender that always has something to send, and sends as much as its congestion window lets it.</summary>
public sealed record FlowOptions
{
    /// <summary>When it begins to send.</summary>
    public TimeSpan Starts { get; init; }

    /// <summary>How long its segments and acknowledgements are under way besides the bottleneck, there and back together; 40 ms unless told otherwise.</summary>
    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>By how many segments its window grows in a round trip; 1 unless told otherwise.</summary>
    public double Increase { get; init; } = 1;

    /// <summary>Which share of its window is left after a loss; 1/2 unless told otherwise.</summary>
    public double Decrease { get; init; } = 0.5;

    /// <summary>At which size its window stops to double before there was any loss; never, unless told otherwise.</summary>
    public double Threshold { get; init; } = double.PositiveInfinity;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Starts, TimeSpan.Zero, nameof(Starts));
        ArgumentOutOfRangeException.ThrowIfLessThan(RoundTrip, TimeSpan.Zero, nameof(RoundTrip));
        ArgumentOutOfRangeException.ThrowIfNegative(Increase, nameof(Increase));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Decrease, 0, nameof(Decrease));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Decrease, 1, nameof(Decrease));
        ArgumentOutOfRangeException.ThrowIfLessThan(Threshold, 1, nameof(Threshold));
    }
}
