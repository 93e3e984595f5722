namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// An event caused by a cell. <see cref="Cell"/> is the number of the execution that it belongs to, even if it comes from a
/// thread that outlived the cell; null if the cell is unknown.
/// </summary>
internal abstract record KernelEvent
{
    private KernelEvent(int? cell) => Cell = cell;

    public int? Cell { get; }

    /// <summary>Text written to the console.</summary>
    public sealed record Stream(int? Cell, bool IsError, string Text) : KernelEvent(Cell);

    /// <summary>A value shown with <c>display</c>.</summary>
    public sealed record Display(int? Cell, MimeBundle Data, string DisplayId) : KernelEvent(Cell);

    /// <summary>A new value for an earlier display with the same id.</summary>
    public sealed record DisplayUpdate(int? Cell, MimeBundle Data, string DisplayId) : KernelEvent(Cell);

    /// <summary>Clears the cell's output so far; with <paramref name="Wait"/>, only when new output arrives.</summary>
    public sealed record Clear(int? Cell, bool Wait) : KernelEvent(Cell);

    /// <summary>The value of the cell's last expression.</summary>
    public sealed record Result(int? Cell, MimeBundle Data) : KernelEvent(Cell);

    /// <summary>The error that made the cell fail. Each cell has at most one, the last event of the cell's own flow.</summary>
    public sealed record Failure(int? Cell, CellError Error) : KernelEvent(Cell);

    /// <summary>An unhandled exception on a thread that the learner's code started. The kernel keeps running.</summary>
    public sealed record BackgroundFailure(int? Cell, CellError Error) : KernelEvent(Cell);
}
