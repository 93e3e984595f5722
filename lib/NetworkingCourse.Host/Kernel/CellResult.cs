namespace NetworkingCourse.Host.Kernel;

/// <summary>How the execution with the number <paramref name="Cell"/> ended; <paramref name="Error"/> is null when it succeeded.</summary>
internal sealed record CellResult(int Cell, CellError? Error)
{
    public bool Succeeded => Error is null;
}
