namespace NetworkingCourse.Host.Kernel;

/// <summary>The pending awaits of a cell.</summary>
internal sealed class PendingAwaits
{
    private readonly HashSet<PendingAwait> _waiting = [];
    private int _isTaken;
    private int _resuming;

    public int Count => _waiting.Count;

    /// <summary>Whether any stopped await is still resuming.</summary>
    public bool IsAnyResuming => Volatile.Read(ref _resuming) > 0;

    public void BeginToResume() => Interlocked.Increment(ref _resuming);

    public void HasResumed() => Interlocked.Decrement(ref _resuming);

    public void Add(PendingAwait wait)
    {
        Take();
        _waiting.Add(wait);
        Release();
    }

    public void Remove(PendingAwait wait)
    {
        Take();
        _waiting.Remove(wait);
        Release();
    }

    public PendingAwait[] ToArray()
    {
        Take();
        PendingAwait[] waiting = [.. _waiting];
        Release();
        return waiting;
    }

    // Not a lock: a thread that waits for one can be interrupted, and an await that fails to start never continues.
    private void Take()
    {
        var spin = new SpinWait();
        while (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Release() => Volatile.Write(ref _isTaken, 0);
}
