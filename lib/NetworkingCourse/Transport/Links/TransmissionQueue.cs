namespace NetworkingCourse.Transport;

/// <summary>
/// The drop-tail queue of a link with a transmission time: one datagram is being sent, a limited number waits behind it, and any
/// more are lost. Since datagrams depart in order of arrival, each departure time is known on arrival.
/// </summary>
internal sealed class TransmissionQueue
{
    private readonly Queue<TimeSpan> _leaving = new();

    /// <summary>When the link becomes idle; a time in the past if it is idle.</summary>
    public TimeSpan FreeAt { get; private set; }

    /// <summary>The total transmission time of everything sent or queued so far.</summary>
    public TimeSpan Busy { get; private set; }

    /// <summary>
    /// The number of datagrams in the queue at a given time, including the one being sent. Times must not go backwards.
    /// </summary>
    public int Count(TimeSpan now)
    {
        while (_leaving.TryPeek(out var first) && first <= now)
        {
            _leaving.Dequeue();
        }

        return _leaving.Count;
    }

    /// <summary>Adds a datagram to the queue.</summary>
    /// <returns>When its last bit departs; null if the queue is full.</returns>
    public TimeSpan? Take(TimeSpan now, int bytes, LinkOptions options)
    {
        if (options.BitsPerSecond is not { } rate)
        {
            return now;
        }

        if (Count(now) > options.QueueLimit)
        {
            return null;
        }

        var time = TimeSpan.FromSeconds(bytes * 8 / rate);
        Busy += time;
        FreeAt = (FreeAt > now ? FreeAt : now) + time;
        _leaving.Enqueue(FreeAt);
        return FreeAt;
    }
}
