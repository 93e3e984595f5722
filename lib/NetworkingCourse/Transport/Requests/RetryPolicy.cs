namespace NetworkingCourse.Transport;

/// <summary>When a client that has no answer asks again, and when it gives up.</summary>
public sealed record RetryPolicy
{
    /// <summary>How long it waits for the answer to its first try; 50 ms unless told otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How much longer it waits each time: 2, unless told otherwise, is twice as long. 1 is always the same.</summary>
    public double Backoff { get; init; } = 2;

    /// <summary>The longest it waits; 2 s unless told otherwise.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it asks at the most; 6 unless told otherwise.</summary>
    public int MaxTries { get; init; } = 6;

    /// <summary>How long it waits after each try, in order.</summary>
    public IEnumerable<TimeSpan> Waits() => Enumerable.Range(0, MaxTries).Select(tries =>
    {
        var milliseconds = Timeout.TotalMilliseconds * Math.Pow(Backoff, tries);
        return milliseconds < Longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : Longest;
    });

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero, nameof(Timeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(Backoff, 1, nameof(Backoff));
        ArgumentOutOfRangeException.ThrowIfLessThan(Longest, Timeout, nameof(Longest));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTries, 1, nameof(MaxTries));
    }
}
