namespace NetworkingCourse.Host.Kernel;

/// <summary>How much one cell may put out. What is beyond that no front end could show any more: all but its end is left out, and
/// the output says so.</summary>
internal static class OutputLimits
{
    /// <summary>Characters of text.</summary>
    public const int MaxText = 1_000_000;

    /// <summary>Outputs: texts, values, pictures.</summary>
    public const int MaxOutputs = 200;

    /// <summary>How many of the characters are kept for the end.</summary>
    public const int TextAtEnd = 10_000;

    /// <summary>How many of the outputs are kept for the end.</summary>
    public const int OutputsAtEnd = 20;

    public static string TooMuchText { get; } = FormattableString.Invariant(
        $"The cell wrote more than {MaxText:N0} characters; the rest is left out, but for the last {TextAtEnd:N0}.\n");

    public static string TooManyOutputs { get; } = FormattableString.Invariant(
        $"The cell showed more than {MaxOutputs} outputs; the rest is left out, but for the last {OutputsAtEnd}.\n");

    /// <summary>How an exception in the background is told below the cell.</summary>
    public static string Notice(KernelEvent.BackgroundFailure failure)
    {
        var whose = failure.Cell is null
            ? "An exception that nothing caught, in the background; the kernel goes on. Which cell began this work is not known: it was begun without the cell's context."
            : "An exception that nothing caught, in the background, in work that this cell began; the kernel goes on.";
        return $"{ShortLines.Of(whose)}\n{string.Join('\n', failure.Error.Traceback)}\n";
    }
}
