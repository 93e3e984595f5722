namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Something a cell brought about. <see cref="Cell"/> is the number of the execution it belongs to, also when it comes from
/// a thread that outlived its cell; null where no cell can be named.
/// </summary>
internal abstract record KernelEvent
{
    private KernelEvent(int? cell) => Cell = cell;

    public int? Cell { get; }

    /// <summary>Text written to the console.</summary>
    public sealed record Stream(int? Cell, bool IsError, string Text) : KernelEvent(Cell);

    /// <summary>A value shown with <c>display</c>.</summary>
    public sealed record Display(int? Cell, MimeBundle Data, string DisplayId) : KernelEvent(Cell);

    /// <summary>A new value for what was displayed under the same id before.</summary>
    public sealed record DisplayUpdate(int? Cell, MimeBundle Data, string DisplayId) : KernelEvent(Cell);

    /// <summary>What the cell has put out so far is to be taken away; <paramref name="Wait"/>: not before something new comes.</summary>
    public sealed record Clear(int? Cell, bool Wait) : KernelEvent(Cell);

    /// <summary>The value of the cell's last expression.</summary>
    public sealed record Result(int? Cell, MimeBundle Data) : KernelEvent(Cell);

    /// <summary>Why the cell failed. At most one for a cell, and nothing of the cell's own flow comes after it.</summary>
    public sealed record Failure(int? Cell, CellError Error) : KernelEvent(Cell);

    /// <summary>An exception that nothing caught, on a thread the learner's code started. The kernel goes on.</summary>
    public sealed record BackgroundFailure(int? Cell, CellError Error) : KernelEvent(Cell);
}
