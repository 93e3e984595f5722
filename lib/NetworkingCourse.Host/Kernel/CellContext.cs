namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The cell that the running code belongs to. It flows with the execution context, so it reaches the threads, tasks and
/// timers that a cell starts, and stays with them after the cell's end.
/// </summary>
internal sealed class CellContext(int cell, Action<KernelEvent> events, Lock publishing)
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
