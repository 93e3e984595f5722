namespace NetworkingCourse.Transport;

/// <summary>Options of a flow, whose sender always has data and sends as much as its congestion window permits.</summary>
public sealed record FlowOptions
{
    /// <summary>The time at which the flow starts.</summary>
    public TimeSpan Starts { get; init; }

    /// <summary>The round-trip time of the flow without the bottleneck; 40 ms by default.</summary>
    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>The growth of the window per round trip, in segments; 1 by default.</summary>
    public double Increase { get; init; } = 1;

    /// <summary>The share of the window that remains after a loss; 1/2 by default.</summary>
    public double Decrease { get; init; } = 0.5;

    /// <summary>The window size at which slow start ends before the first loss; unlimited by default.</summary>
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
