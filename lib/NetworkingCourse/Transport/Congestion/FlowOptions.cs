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

    /// <summary>
    /// Creates a congestion window of your own, which then controls the flow; the three options above have no effect on it. Null
    /// for the course's.
    /// </summary>
    public Func<OwnCongestionWindow>? Own { get; init; }

    /// <summary>
    /// Creates CUBIC's function, the course's or your own, with which the window then grows (RFC 9438); for example
    /// <c>() => new CubicFunction()</c>. Null for additive increase.
    /// </summary>
    public Func<OwnCubic>? Cubic { get; init; }

    /// <summary>Whether the flow understands marks, so that a router may set them (RFC 3168); false by default.</summary>
    public bool Ecn { get; init; }

    internal void Validate()
    {
        if (Ecn && (Own ?? (object?)Cubic) is not null)
        {
            throw new ArgumentException("Only the course's additive increase understands marks here.", nameof(Ecn));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Starts, TimeSpan.Zero, nameof(Starts));
        ArgumentOutOfRangeException.ThrowIfLessThan(RoundTrip, TimeSpan.Zero, nameof(RoundTrip));
        ArgumentOutOfRangeException.ThrowIfNegative(Increase, nameof(Increase));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Decrease, 0, nameof(Decrease));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Decrease, 1, nameof(Decrease));
        ArgumentOutOfRangeException.ThrowIfLessThan(Threshold, 1, nameof(Threshold));
    }
}
