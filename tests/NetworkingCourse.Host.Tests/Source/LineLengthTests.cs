namespace NetworkingCourse.Host.Tests.Source;

/// <summary>No line of code is wider than .editorconfig says.</summary>
public sealed class LineLengthTests
{
    private const string Setting = "max_line_length = ";

    [Fact]
    public void No_line_is_longer_than_the_limit()
    {
        var limit = File.ReadLines(Path.Combine(Repository.Root, ".editorconfig"))
            .Where(line => line.StartsWith(Setting, StringComparison.Ordinal))
            .Select(line => int.Parse(line[Setting.Length..], System.Globalization.CultureInfo.InvariantCulture))
            .Single();
        var tooLong = SystemGuardTests.SourceFiles
            .SelectMany(file => File.ReadLines(Path.Combine(Repository.Root, file))
                .Select((line, number) => (Place: $"{file}:{number + 1}", line.Length)))
            .Where(line => line.Length > limit)
            .ToList();
        Assert.Empty(tooLong);
    }
}
