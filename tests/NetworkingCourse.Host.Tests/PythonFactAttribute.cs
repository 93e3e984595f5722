namespace NetworkingCourse.Host.Tests;

/// <summary>A test that speaks with a server from Python. Without one it is skipped, and says so; in CI it runs, and fails without one.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (Python is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "There is no 'python3' on the path.";
        }
    }

    /// <summary>Where it is; null if there is none.</summary>
    public static string? Python { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);
}
