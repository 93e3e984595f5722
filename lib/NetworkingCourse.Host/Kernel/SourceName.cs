using System.Globalization;

namespace NetworkingCourse.Host.Kernel;

/// <summary>What a cell is called where a source file would be named: in compile errors and stack traces.</summary>
internal static class SourceName
{
    private const string Prefix = "cell ";

    public static string Of(int cell) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{cell}");

    public static bool IsCell(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.AsSpan(Prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;
}
