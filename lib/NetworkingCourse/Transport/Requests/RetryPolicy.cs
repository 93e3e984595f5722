namespace NetworkingCourse.Transport;

/// <summary>Determines when a client without a reply retries, and when it gives up.</summary>
public sealed record RetryPolicy
{
    /// <summary>The timeout of the first try; 50 ms by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The factor by which the timeout grows with each try; 2 by default. With 1 the timeout is constant.</summary>
    public double Backoff { get; init; } = 2;

    /// <summary>The maximum timeout; 2 s by default.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The maximum number of tries; 6 by default.</summary>
    public int MaxTries { get; init; } = 6;

    /// <summary>The timeout of each try, in order.</summary>
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
