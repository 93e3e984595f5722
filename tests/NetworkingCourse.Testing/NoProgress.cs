namespace NetworkingCourse.Testing;

/// <summary>
/// Separates the tests from the progress of the user who runs them. Neither the tests nor the programs that they start keep a
/// verdict, and what the user has done changes no output.
/// </summary>
public static class NoProgress
{
    /// <summary>Makes this process and its children keep nothing. To be called before the first test.</summary>
    public static void Keep() => Environment.SetEnvironmentVariable(Progress.FileVariable, "");
}
