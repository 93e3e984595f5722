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

    public static CellContext? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public int Cell { get; } = cell;

    /// <summary>Hands an event on, one at a time, from whatever thread it comes. The receiver is no part of the cell: what it prints is its own.</summary>
    public void Publish(KernelEvent happened)
    {
        var flowing = Current;
        try
        {
        }
        finally
        {
            // A cell that is stopped while it prints, as one that prints for ever is, must not be broken off in here, with the lock in its
            // hand: the runtime aborts no thread inside a finally block.
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

    /// <summary>Asks the person in front of the notebook for a line. Blocks until it is there.</summary>
    /// <returns>The line; null where nobody can be asked.</returns>
    public string? ReadLine() => ask?.Invoke();
}

/// <summary>Asks for a line of input, and waits for it.</summary>
internal delegate string? AskForLine();
