namespace NetworkingCourse;

/// <summary>
/// Starts background work without the caller's execution context. In a notebook, that context belongs to a cell; timers and
/// tasks that captured it would hold on to the cell's console.
/// </summary>
internal static class Detached
{
    /// <summary>Prevents work started on this thread from inheriting the context, until the result is disposed.</summary>
    public static IDisposable? Begin() => ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
}
