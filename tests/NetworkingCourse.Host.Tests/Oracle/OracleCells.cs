namespace NetworkingCourse.Host.Tests.Oracle;

/// <summary>
/// The cells that both kernels are given: a file is a session, and a line that begins with <c>////</c> begins and names a
/// cell.
/// </summary>
internal static class OracleCells
{
    private const string Mark = "//// ";

    private static string Folder => Path.Combine(Repository.Root, "tests", "NetworkingCourse.Host.Tests", "Oracle", "Cells");

    public static IEnumerable<string> Sessions => Directory.EnumerateFiles(Folder, "*.csx")
        .Select(file => Path.GetFileNameWithoutExtension(file))
        .Order(StringComparer.Ordinal);

    public static IReadOnlyList<OracleCell> Of(string session)
    {
        var cells = File.ReadAllText(Path.Combine(Folder, session + ".csx")).ReplaceLineEndings("\n")
            .Split("\n" + Mark)
            .Select((cell, i) => (i == 0 ? cell[Mark.Length..] : cell).Split('\n', 2))
            .Select(parts => new OracleCell(parts[0], parts.ElementAtOrDefault(1)?.TrimEnd('\n') ?? "")).ToList();
        Assert.Equal(cells.Count, cells.DistinctBy(cell => cell.Name).Count());
        return cells;
    }
}

/// <param name="Name">What it is about; unique in its session.</param>
/// <param name="Code">The code.</param>
internal sealed record OracleCell(string Name, string Code);
