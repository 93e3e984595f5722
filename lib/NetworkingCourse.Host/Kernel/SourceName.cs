using System.Globalization;

namespace NetworkingCourse.Host.Kernel;

/// <summary>What a cell is called where a source file would be named: in compile errors and stack traces.</summary>
internal static class SourceName
{
    private const string Prefix = "cell ";

    public static string Of(int cell) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{cell}");

    /// <summary>The cell that a file name in a stack trace means, where the compiler has made a full path of it; null for other files.</summary>
    public static string? FromPath(string? path) =>
        Path.GetFileName(path) is { } name && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.AsSpan(Prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0
            ? name
            : null;

    /// <summary>What a reader is told of a path that the compiler or a stack trace names: the cell, or the name of the
    /// file.</summary>
    public static string Shown(string path) => FromPath(path) ?? Path.GetFileName(path);
}
