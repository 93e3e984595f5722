namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The outcome of the execution numbered <paramref name="Cell"/>. <paramref name="Error"/> is null if it succeeded.
/// </summary>
internal sealed record CellResult(int Cell, CellError? Error)
{
    public bool Succeeded => Error is null;
}
