namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The limits of a cell's output. No front end could show more than this: only the end of any further output is kept, and a
/// notice says so.
/// </summary>
internal static class OutputLimits
{
    /// <summary>The maximum number of characters of text.</summary>
    public const int MaxText = 1_000_000;

    /// <summary>The maximum number of outputs: texts, values and pictures.</summary>
    public const int MaxOutputs = 200;

    /// <summary>The number of characters kept from the end.</summary>
    public const int TextAtEnd = 10_000;

    /// <summary>The number of outputs kept from the end.</summary>
    public const int OutputsAtEnd = 20;

    public static string TooMuchText { get; } = FormattableString.Invariant(
        $"The cell wrote more than {MaxText:N0} characters; the rest is left out, except for the last {TextAtEnd:N0}.\n");

    public static string TooManyOutputs { get; } = FormattableString.Invariant(
        $"The cell showed more than {MaxOutputs} outputs; the rest is left out, except for the last {OutputsAtEnd}.\n");

    /// <summary>The text shown below the cell for an unhandled exception in the background.</summary>
    public static string Notice(KernelEvent.BackgroundFailure failure)
    {
        var whose = failure.Cell is null
            ? "Unhandled exception in the background; the kernel keeps running. It is not known which cell started this work, "
                + "because it was started without the cell's context."
            : "Unhandled exception in the background, in work that this cell started; the kernel keeps running.";
        return $"{ShortLines.Of(whose)}\n{string.Join('\n', failure.Error.Traceback)}\n";
    }
}
