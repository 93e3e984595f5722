namespace NetworkingCourse.Transport;

/// <summary>What can be set of a reliable protocol.</summary>
public record ProtocolOptions
{
    /// <summary>How many segments may be unacknowledged at once. Stop-and-wait has 1, whatever this says.</summary>
    public int Window { get; init; } = 4;

    /// <summary>How many bits a sequence number has; 1 to 16.</summary>
    public int SequenceBits { get; init; } = 16;

    /// <summary>The number of the first segment.</summary>
    public int FirstNumber { get; init; }

    /// <summary>After how long a segment is sent again, as long as nothing better is known; 100 ms unless told otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the timeout follows the round-trip times that are measured (RFC 6298), and doubles with every try.</summary>
    public bool AdaptiveTimeout { get; init; }

    /// <summary>Below which an adaptive timeout does not go; 1 s unless told otherwise, as RFC 6298, section 2.4, says.</summary>
    public TimeSpan LeastTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a segment that was sent more than once says nothing about the round-trip time (Karn's rule; RFC 6298, section 3).</summary>
    public bool KarnsRule { get; init; } = true;

    /// <summary>How often a segment is sent at the most; 10 unless told otherwise.</summary>
    public int MaxTries { get; init; } = 10;

    /// <summary>Whether a window that is too large for the sequence numbers is refused. False shows what becomes of it.</summary>
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
        ArgumentOutOfRangeException.ThrowIfLessThan(LeastTimeout, TimeSpan.Zero, nameof(LeastTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTries, 1, nameof(MaxTries));
    }
}
