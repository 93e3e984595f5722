namespace NetworkingCourse.ServerArchitecture;

/// <summary>Counts outstanding operations and signals when all of them have ended.</summary>
/// <remarks>
/// "No more will begin" counts as one more end, so that a single atomic counter decides which end is the last. With a flag beside
/// the counter, the processor could let each of two threads miss the other's latest write, and neither would be the last.
/// </remarks>
internal sealed class Outstanding
{
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count = 1; // the initial 1 stands for "more may begin"

    /// <summary>Records that an operation has begun. Must not be called after all have ended.</summary>
    public void Begin() => Interlocked.Increment(ref _count);

    /// <summary>Records that an operation has ended.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _allEnded.SetResult();
        }
    }

    /// <summary>Completes once all operations have ended. Call it once, when no more will begin.</summary>
    public Task WhenAllEndedAsync()
    {
        End();
        return _allEnded.Task;
    }
}
