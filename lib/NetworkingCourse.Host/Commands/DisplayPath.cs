namespace NetworkingCourse.Host.Commands;

/// <summary>Paths as a person at this folder would type them.</summary>
internal static class DisplayPath
{
    /// <summary>Relative to the current folder where the path lies below it; otherwise as it is.</summary>
    public static string Path(string full)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }
}
