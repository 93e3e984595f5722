namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The cell that the running code belongs to. It flows with the execution context, so it reaches the threads, tasks and
/// timers that a cell starts, and stays with them after the cell's end.
/// </summary>
/// <param name="cell">The number of the execution.</param>
/// <param name="events">Who is told what the cell does.</param>
/// <param name="publishing">Held while an event is handed on.</param>
/// <param name="ask">Answers the cell when it reads from the console; null where there is nobody to ask.</param>
internal sealed class CellContext(int cell, Action<KernelEvent> events, Lock publishing, AskForLine? ask = null)
{
    private static readonly AsyncLocal<CellContext?> Flowing = new();

    private volatile bool _isStopped;

    public static CellContext? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public int Cell { get; } = cell;

    /// <summary>Whether the cell was stopped, and with it what it has begun.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Hands an event on, one at a time, from whatever thread it comes. The receiver is no part of the cell: what it prints is its own.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped: nothing more is heard from it.</exception>
    public void Publish(KernelEvent happened)
    {
        ThrowIfStopped();
        CellExecution.Uninterrupted(() => HandOn(happened));
    }

    /// <summary>Says how the cell failed, which is the last that is said of it.</summary>
    public void PublishEnd(KernelEvent.Failure failure) => HandOn(failure);

    /// <summary>Asks the person in front of the notebook for a line. Blocks until it is there.</summary>
    /// <returns>The line; null where nobody can be asked.</returns>
    public string? ReadLine() => ask?.Invoke();

    public void Stop()
    {
        _isStopped = true;
        StopPoint.Alert();
    }

    public void ThrowIfStopped()
    {
        if (_isStopped)
        {
            throw new OperationCanceledException("The cell was stopped.");
        }
    }

    private void HandOn(KernelEvent happened)
    {
        var flowing = Current;
        Current = null;
        try
        {
            lock (publishing)
            {
                events(happened);
            }
        }
        finally
        {
            Current = flowing;
        }
    }
}

/// <summary>Asks for a line of input, and waits for it.</summary>
internal delegate string? AskForLine();
