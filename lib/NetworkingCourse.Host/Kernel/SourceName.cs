using System.Globalization;

namespace NetworkingCourse.Host.Kernel;

/// <summary>The name of a cell where a source file would be named: in compiler errors and stack traces.</summary>
internal static class SourceName
{
    private const string Prefix = "cell ";

    public static string Of(int cell) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{cell}");

    /// <summary>
    /// The cell that a path in a stack trace refers to, even if the compiler has made it a full path; null for other files.
    /// </summary>
    public static string? FromPath(string? path) =>
        Path.GetFileName(path) is { } name && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.AsSpan(Prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0
            ? name
            : null;

    /// <summary>The name to show for a path from the compiler or a stack trace: the cell, or the file name.</summary>
    public static string Shown(string path) => FromPath(path) ?? Path.GetFileName(path);
}
