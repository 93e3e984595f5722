namespace NetworkingCourse.Host.Kernel;

/// <summary>An error as shown to a learner: its kind, a one-sentence message, and its location in a cell.</summary>
internal sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback)
{
    /// <summary>The error and its location, in lines that fit a notebook's output. An entry may contain several lines.</summary>
    public IReadOnlyList<string> Traceback { get; init => field = Short(value); } = Short(Traceback);

    /// <summary>The code uses a feature that only some notebook hosts support.</summary>
    public const string Dialect = "DialectError";

    public const string Compilation = "CompilationError";

    public const string Interrupted = "Interrupted";

    private static List<string> Short(IReadOnlyList<string> traceback) => [.. traceback.Select(ShortLines.Of)];
}
