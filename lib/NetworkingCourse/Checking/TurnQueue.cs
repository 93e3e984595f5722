namespace NetworkingCourse.Checking;

/// <summary>
/// Where code after an await waits for its turn: it runs on the thread of the check, when the check lets it, and can be stopped
/// there.
/// </summary>
internal class TurnQueue : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted)
        {
            _posted.Enqueue((d, state));
        }
    }

    /// <summary>Runs the code that has waited longest.</summary>
    /// <returns>False if none waits.</returns>
    public bool RunOne()
    {
        (SendOrPostCallback Callback, object? State) next;
        lock (_posted)
        {
            if (!_posted.TryDequeue(out next))
            {
                return false;
            }
        }

        next.Callback(next.State);
        return true;
    }

    /// <summary>
    /// Does something that may continue code. Without a context, code that awaits with <c>ConfigureAwait(false)</c> continues at
    /// once, on this thread, which can be stopped.
    /// </summary>
    public void Outside(Action action)
    {
        SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(this);
        }
    }
}
