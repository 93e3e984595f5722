namespace NetworkingCourse.Network;

/// <summary>A clock that stands still until it is advanced, so that a lesson need not wait for an hour to pass.</summary>
public sealed class SimulatedClock : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _ticks;

    /// <summary>The time that has passed since the clock was created.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Advances the clock.</summary>
    /// <param name="time">How far to advance it; not negative.</param>
    /// <returns>The time that has passed since the clock was created.</returns>
    public TimeSpan Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return new TimeSpan(Interlocked.Add(ref _ticks, time.Ticks));
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Beginning + Elapsed;
}
