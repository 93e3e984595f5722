namespace NetworkingCourse.Host.Kernel;

/// <summary>An error as a learner reads it: its kind, one sentence, and where in which cell.</summary>
internal sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback)
{
    /// <summary>What is wrong and where, in lines that a notebook's output shows whole. An entry may have several.</summary>
    public IReadOnlyList<string> Traceback { get; init => field = Short(value); } = Short(Traceback);

    /// <summary>The code uses something that only some of the notebook hosts understand.</summary>
    public const string Dialect = "DialectError";

    public const string Compilation = "CompilationError";

    public const string Interrupted = "Interrupted";

    private static List<string> Short(IReadOnlyList<string> traceback) => [.. traceback.Select(ShortLines.Of)];
}
