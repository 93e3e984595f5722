using System.Text.RegularExpressions;

namespace NetworkingCourse.Host.Tests.Source;

/// <summary>
/// The folders of the library depend on each other in one direction, which CONTRIBUTING.md draws: what all chapters share uses no
/// chapter.
/// </summary>
public sealed partial class DependencyTests
{
    private const string Library = "lib/NetworkingCourse";

    /// <summary>What each folder may use: only those above it in this list.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Display"] = [],
        ["Checking"] = ["Display"],
        ["Figures"] = ["Display"],
        ["Simulation"] = ["Display"],
        ["Running"] = ["Display"],
        ["Links"] = ["Display"],
        ["Packets"] = ["Display"],
        ["Transport"] = ["Display", "Checking", "Figures", "Simulation", "Links", "Packets"],
        ["Network"] = ["Display", "Checking", "Figures", "Simulation", "Packets", "Transport"],
        ["Application"] = ["Display", "Checking", "Figures", "Links", "Packets", "Network"],
        ["ServerArchitecture"] = ["Display", "Checking", "Figures"],
    };

    public static TheoryData<string> Folders => [.. Allowed.Keys];

    [Fact]
    public void Every_folder_is_one_of_those() => Assert.Equal(
        Allowed.Keys.Order(),
        Repository.SourceFiles(Library)
            .Select(file => file.Split('/'))
            .Where(path => path.Length > 1)
            .Select(path => path[0])
            .Distinct()
            .Order());

    /// <summary>What a folder may use stands before it, so there is no cycle.</summary>
    [Fact]
    public void No_folder_may_use_one_that_comes_later()
    {
        var folders = Allowed.Keys.ToList();
        Assert.All(Allowed, entry => Assert.All(
            entry.Value,
            used => Assert.True(folders.IndexOf(used) < folders.IndexOf(entry.Key), $"{entry.Key} uses {used}")));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_those_below_it(string folder)
    {
        var path = $"{Library}/{folder}";
        var used = Repository.SourceFiles(path)
            .SelectMany(file => Using().Matches(File.ReadAllText(Path.Combine(Repository.Root, path, file))))
            .Select(match => match.Groups["folder"].Value)
            .Distinct();
        Assert.Subset(new HashSet<string>([.. Allowed[folder], folder]), used.ToHashSet());
    }

    [GeneratedRegex(@"^using (static |\w+ = )?NetworkingCourse\.(?<folder>\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
