namespace NetworkingCourse.ServerArchitecture;

/// <summary>Counts on how many answers a server thinks at the same time.</summary>
internal sealed class ThinkCount
{
    private readonly Lock _gate = new();
    private int _now;

    /// <summary>The number of answers being thought about at the moment.</summary>
    public int Now => Volatile.Read(ref _now);

    /// <summary>The maximum so far.</summary>
    public int Max { get; private set; }

    /// <summary>How many times an answer was thought about so far.</summary>
    public int Total { get; private set; }

    /// <summary>Whether an answer has held a thread of the pool while it was thought about.</summary>
    public bool HasBlockedThePool { get; private set; }

    /// <summary>Counts an answer as being thought about, until the result is disposed.</summary>
    /// <param name="blocksThePool">Whether it holds a thread of the pool for that time.</param>
    public IDisposable Begin(bool blocksThePool)
    {
        lock (_gate)
        {
            Max = Math.Max(Max, ++_now);
            Total++;
            HasBlockedThePool |= blocksThePool;
        }

        return new Counted(this);
    }

    private sealed class Counted(ThinkCount count) : IDisposable
    {
        public void Dispose()
        {
            lock (count._gate)
            {
                count._now--;
            }
        }
    }
}
