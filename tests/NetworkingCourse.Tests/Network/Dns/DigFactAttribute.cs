namespace NetworkingCourse.Tests.Network.Dns;

/// <summary>A test that asks with <c>dig</c>. Without it it is skipped, and says so; in CI it runs, and fails without.</summary>
public sealed class DigFactAttribute : FactAttribute
{
    public DigFactAttribute()
    {
        if (Path is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = "There is no 'dig' on the path.";
        }
    }

    /// <summary>Where it is; null if there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, "dig")).FirstOrDefault(File.Exists);
}
