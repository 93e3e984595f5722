namespace NetworkingCourse.ServerArchitecture;

/// <summary>Counts what has begun and not ended yet, and says when all of it has ended.</summary>
/// <remarks>
/// That no more will begin is counted like one more ending: one atomic number then decides who is the last. With a flag beside the number,
/// written by one thread and read by another, a processor may let each of the two miss what the other has just written, and nobody would be the last.
/// </remarks>
internal sealed class Outstanding
{
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count = 1; // the one that stands for "more may begin"

    /// <summary>One more has begun. Never after all have ended.</summary>
    public void Begin() => Interlocked.Increment(ref _count);

    /// <summary>One of those that have begun has ended.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _allEnded.SetResult();
        }
    }

    /// <summary>Completes once all have ended. To be called once, when no more will begin.</summary>
    public Task WhenAllEndedAsync()
    {
        End();
        return _allEnded.Task;
    }
}
