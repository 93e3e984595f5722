namespace NetworkingCourse;

/// <summary>
/// Starts background work without the caller's execution context. In a notebook that context belongs to a cell: timers and tasks
/// that kept it would keep the cell's console with it.
/// </summary>
internal static class Detached
{
    /// <summary>Until the result is disposed, on this thread, whatever is started does not inherit the context.</summary>
    public static IDisposable? Begin() => ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
}
