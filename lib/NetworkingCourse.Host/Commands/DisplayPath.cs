namespace NetworkingCourse.Host.Commands;

/// <summary>Formats paths as a user in the current folder would type them.</summary>
internal static class DisplayPath
{
    /// <summary>The path relative to the current folder if it lies below that folder; otherwise the full path.</summary>
    public static string Path(string full)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, full);
        return relative.StartsWith("..", StringComparison.Ordinal) ? full : relative;
    }
}
