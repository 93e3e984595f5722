namespace NetworkingCourse.Network;

/// <summary>A clock that stands still until somebody moves it on: so that an hour need not be waited for.</summary>
public sealed class SimulatedClock : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _ticks;

    /// <summary>How much time has gone by since it was made.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves the clock on.</summary>
    /// <param name="time">By how much; not negative.</param>
    /// <returns>How much time has gone by since it was made.</returns>
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
