namespace NetworkingCourse.Host;

/// <summary>What this program tells its caller, and how it says that it was asked for something it cannot do.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A cell failed, or something that was to be measured.</summary>
    public const int Failed = 1;

    /// <summary>The command's words, or the files it names, cannot be used.</summary>
    public const int Unusable = 2;

    /// <summary>Ended by Ctrl-C: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Says in one line what is wrong and what to do.</summary>
    public static int BadInput(string message)
    {
        Console.Error.WriteLine($"course: {message.ReplaceLineEndings(" ")}");
        return Unusable;
    }
}
