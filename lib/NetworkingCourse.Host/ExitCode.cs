namespace NetworkingCourse.Host;

/// <summary>The program's exit codes, and how it reports input that it cannot use.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A cell or a measurement failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file that it names, cannot be used.</summary>
    public const int Unusable = 2;

    /// <summary>Ended by Ctrl-C: 128 plus the signal number, as in shells.</summary>
    public const int Interrupted = 130;

    /// <summary>Prints a one-line message to standard error that says what is wrong and what to do.</summary>
    public static int BadInput(string message)
    {
        Console.Error.WriteLine($"course: {message.ReplaceLineEndings(" ")}");
        return Unusable;
    }
}
