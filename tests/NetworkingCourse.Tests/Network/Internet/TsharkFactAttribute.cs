namespace NetworkingCourse.Tests.Network;

/// <summary>A test that lets tshark read what the simulation has sent. Without it the test is skipped, and says so; in CI it runs, and fails without.</summary>
public sealed class TsharkFactAttribute : FactAttribute
{
    public TsharkFactAttribute()
    {
        if (Path is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "There is no 'tshark' on the path.";
        }
    }

    /// <summary>Where it is; null if there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, "tshark")).FirstOrDefault(File.Exists);
}
