namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The cell that the running code belongs to, and whether that code is clean-up. It flows with the execution context: into the
/// threads, tasks and timers that a cell starts, and across every <c>await</c>.
/// </summary>
/// <param name="cell">The cell.</param>
/// <param name="isCleanUp">
/// Whether the code runs in, or was called from, a <c>finally</c>, a <c>catch</c> or a <c>Dispose</c>.
/// </param>
internal sealed class CellFlow(CellContext cell, bool isCleanUp)
{
    // The handler runs whenever a thread switches flows, so each thread always knows whose code it runs.
    private static readonly AsyncLocal<CellFlow?> Flowing = new(change => CellThread.Enter(change.CurrentValue));

    /// <summary>The flow of the code that runs on this thread; null if that code belongs to no cell.</summary>
    public static CellFlow? Current
    {
        get => CellThread.CurrentFlow;
        set => Flowing.Value = value;
    }

    public CellContext Cell => cell;

    public bool IsCleanUp => isCleanUp;

    /// <summary>
    /// Whether the code should end here: its cell was stopped, and the code is not cleaning up or has taken too long to do so.
    /// </summary>
    public bool MustStop => cell.IsStopped && (!isCleanUp || cell.CleanUpIsOver);
}
