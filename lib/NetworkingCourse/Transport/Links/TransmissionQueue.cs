namespace NetworkingCourse.Transport;

/// <summary>
/// What stands before a link that takes time to send: one datagram is being sent, some wait behind it, and there is no room for more (a drop-tail queue).
/// As they leave in the order in which they came, each one's time of leaving is known when it comes.
/// </summary>
internal sealed class TransmissionQueue
{
    private readonly Queue<TimeSpan> _leaving = new();

    /// <summary>When it is free again; a time in the past if it is.</summary>
    public TimeSpan FreeAt { get; private set; }

    /// <summary>For how long it has sent, or will have with what waits.</summary>
    public TimeSpan Busy { get; private set; }

    /// <summary>How many are here at a time, the one being sent included. Times must not go backwards.</summary>
    public int Count(TimeSpan now)
    {
        while (_leaving.TryPeek(out var first) && first <= now)
        {
            _leaving.Dequeue();
        }

        return _leaving.Count;
    }

    /// <summary>Takes a datagram.</summary>
    /// <returns>When its last bit has left; null if there was no room for it.</returns>
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
