namespace NetworkingCourse.Transport;

/// <summary>Options of a reliable protocol.</summary>
public record ProtocolOptions
{
    /// <summary>The maximum number of unacknowledged segments. Stop-and-wait always uses 1.</summary>
    public int Window { get; init; } = 4;

    /// <summary>The length of a sequence number in bits; 1 to 16.</summary>
    public int SequenceBits { get; init; } = 16;

    /// <summary>The sequence number of the first segment.</summary>
    public int FirstNumber { get; init; }

    /// <summary>The retransmission timeout, or the initial one if it is adaptive; 100 ms by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether the timeout adapts to the measured round-trip times (RFC 6298) and doubles with every retransmission.
    /// </summary>
    public bool AdaptiveTimeout { get; init; }

    /// <summary>The minimum of an adaptive timeout; 1 s by default, as in RFC 6298, section 2.4.</summary>
    public TimeSpan MinTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether retransmitted segments are excluded from round-trip time measurement (Karn's algorithm; RFC 6298, section 3).
    /// </summary>
    public bool KarnsRule { get; init; } = true;

    /// <summary>
    /// Creates a timeout of your own from <see cref="Timeout"/> and <see cref="MinTimeout"/>, anew for every transfer. It takes
    /// the place of the course's; null for the course's.
    /// </summary>
    public Func<TimeSpan, TimeSpan, OwnTimeout>? OwnTimeout { get; init; }

    /// <summary>The maximum number of times a segment is sent; 10 by default.</summary>
    public int MaxTries { get; init; } = 10;

    /// <summary>Whether to reject a window that is too large for the sequence numbers. False shows the consequences.</summary>
    public bool CheckWindow { get; init; } = true;

    internal SequenceNumbers Numbers => new(SequenceBits);

    internal virtual void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1, nameof(Window));
        ArgumentOutOfRangeException.ThrowIfLessThan(SequenceBits, 1, nameof(SequenceBits));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SequenceBits, 16, nameof(SequenceBits));
        ArgumentOutOfRangeException.ThrowIfNegative(FirstNumber, nameof(FirstNumber));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(FirstNumber, Numbers.Count, nameof(FirstNumber));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero, nameof(Timeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MinTimeout, TimeSpan.Zero, nameof(MinTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTries, 1, nameof(MaxTries));
    }
}
