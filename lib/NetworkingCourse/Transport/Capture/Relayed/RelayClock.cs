using System.Diagnostics;

namespace NetworkingCourse.Transport;

/// <summary>Converts timestamps of <see cref="Stopwatch"/> to the time of day, as captures state it.</summary>
internal sealed class RelayClock
{
    private readonly DateTime _began = DateTime.UtcNow;
    private readonly long _timestamp = Stopwatch.GetTimestamp();

    /// <returns>The time in nanoseconds since 1970-01-01 UTC.</returns>
    public long Nanoseconds(long timestamp) =>
        (_began + Stopwatch.GetElapsedTime(_timestamp, timestamp) - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
