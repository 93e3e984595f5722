namespace NetworkingCourse.Tests.Figures;

/// <summary>A test that looks at a page in Chromium. Without one it is skipped, and says so; in CI it runs, and fails without one.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (Path is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "There is no 'chromium' on the path.";
        }
    }

    /// <summary>Where it is; null if there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
}
