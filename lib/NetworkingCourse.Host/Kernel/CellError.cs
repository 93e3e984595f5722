namespace NetworkingCourse.Host.Kernel;

/// <summary>An error as a learner reads it: its kind, one sentence, and where in which cell.</summary>
internal sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback)
{
    /// <summary>The code uses something that only some of the notebook hosts understand.</summary>
    public const string Dialect = "DialectError";

    public const string Compilation = "CompilationError";

    public const string Interrupted = "Interrupted";
}
