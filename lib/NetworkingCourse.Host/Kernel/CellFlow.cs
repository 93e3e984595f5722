namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The cell that the running code belongs to, and whether that code cleans up. It flows with the execution context: to the
/// threads, tasks and timers that a cell starts, and across every <c>await</c>.
/// </summary>
/// <param name="cell">The cell.</param>
/// <param name="isCleanUp">Whether the code runs in a <c>finally</c>, a <c>catch</c> or a <c>Dispose</c>, or was called from
/// there.</param>
internal sealed class CellFlow(CellContext cell, bool isCleanUp)
{
    // The handler runs whenever a thread changes from one flow to another, so that each thread knows at any time whose code it
    // runs.
    private static readonly AsyncLocal<CellFlow?> Flowing = new(change => CellThread.Enter(change.CurrentValue));

    /// <summary>The flow of the code that runs on this thread; null if it is no cell's.</summary>
    public static CellFlow? Current
    {
        get => CellThread.CurrentFlow;
        set => Flowing.Value = value;
    }

    public CellContext Cell => cell;

    public bool IsCleanUp => isCleanUp;

    /// <summary>Whether the code should end here: its cell was stopped, and it is not cleaning up, or has done so for too
    /// long.</summary>
    public bool MustStop => cell.IsStopped && (!isCleanUp || cell.CleanUpIsOver);
}
