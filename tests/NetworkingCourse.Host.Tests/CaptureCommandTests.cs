using System.Text.Json.Nodes;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Tests;

public sealed class CaptureCommandTests
{
    private const string Captures = "Capture.AroundAsync";
    private const string NotAllowed = "may not capture packets";
    private const string NotInstalled = "is not installed; it is needed to capture packets";
    private const string NoLibrary = "capture-library";
    private const string NoRight = "capture-right";

    [Fact]
    public async Task The_list_has_a_line_for_each_scene_the_name_first()
    {
        var (exit, output, _) = await CourseProgram.RunAsync(Repository.Root, "capture", "--list");
        Assert.Equal(0, exit);
        Assert.Equal(CaptureScene.All.Select(scene => scene.Name), output.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task An_unknown_scene_is_answered_with_those_there_are()
    {
        var (exit, _, errors) = await CourseProgram.RunAsync(Repository.Root, "capture", "seventeen");
        Assert.Equal(2, exit);
        Assert.Contains("'seventeen'", errors);
        Assert.Contains("sixteen, ", errors);
    }

    [NeedsFact(Need.Capture)]
    public async Task It_writes_files_that_are_read_again()
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await CourseProgram.RunAsync(Repository.Root, "capture", "sixteen", "reset", "--out", folder.Path);
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("sixteen.pcap: ", output);
        Assert.Equal(["reset.pcap", "sixteen.pcap"], Directory.EnumerateFiles(folder.Path).Select(file => Path.GetFileName(file)!).Order());
        Assert.Equal("SYN", Capture.Read(Path.Combine(folder.Path, "sixteen.pcap"))[1].Tcp!.FlagNames);
    }

    [Theory]
    [InlineData(NoLibrary, NotInstalled)]
    [InlineData(NoRight, NotAllowed)]
    public Task Without_a_feature_lessons_show_the_shipped_packets(string feature, string says) =>
        LessonsShowTheShippedPacketsAsync(says, [], ("COURSE_WITHOUT", feature));

    /// <summary>As on a machine where nobody has installed libpcap: the loader finds a file by its name, and no library in it.</summary>
    [NeedsFact(Need.Linux)]
    public async Task Without_the_library_it_says_so_and_lessons_show_the_shipped_packets()
    {
        using var libraries = new TemporaryFolder();
        foreach (var name in new[] { "libpcap.so", "libpcap.so.0", "libpcap.so.0.8", "libpcap.so.1" })
        {
            libraries.File(name, "This is no library.");
        }

        var hidden = ("LD_LIBRARY_PATH", libraries.Path);
        await OneLineSaysWhyAsync(NotInstalled, [], hidden);
        await LessonsShowTheShippedPacketsAsync(NotInstalled, [], hidden);
    }

    /// <summary>As for most who learn: root without the capability is to the capture what any user is.</summary>
    [NeedsFact(Need.Capture, Need.RightsToGiveUp)]
    public async Task Without_the_right_it_says_so_and_lessons_show_the_shipped_packets()
    {
        string[] unprivileged = ["setpriv", "--bounding-set=-net_raw,-net_admin", "--inh-caps=-net_raw,-net_admin"];
        await OneLineSaysWhyAsync(NotAllowed, unprivileged);
        await LessonsShowTheShippedPacketsAsync(NotAllowed, unprivileged);
    }

    private static async Task OneLineSaysWhyAsync(string says, string[] starter, params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await CourseProgram.RunWithAsync(starter, Repository.Root, environment, "capture", "reset", "--out", folder.Path);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(says, Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static async Task LessonsShowTheShippedPacketsAsync(string says, string[] starter, params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        string[] lessons = [.. Repository.NotebookNames.Where(name => File.ReadAllText(Path.Combine(Repository.Notebooks, name)).Contains(Captures, StringComparison.Ordinal))];
        Assert.NotEmpty(lessons);
        var (exit, output, errors) = await CourseProgram.RunWithAsync(
            starter, Repository.Root, environment, ["run", .. lessons.Select(lesson => Path.Combine(Repository.Notebooks, lesson)), "--out", folder.Path]);
        Assert.True(exit == 0, output + errors);
        foreach (var lesson in lessons)
        {
            var cells = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "notebooks", lesson)))!["cells"]!.AsArray();
            var captures = cells.Where(cell => cell!["source"]!.ToJsonString().Contains(Captures, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(captures);
            Assert.All(captures, cell =>
            {
                var shown = cell!["outputs"]!.ToJsonString();
                Assert.Contains(says, shown, StringComparison.Ordinal);
                Assert.Contains(".pcap: ", shown, StringComparison.Ordinal);
                Assert.Contains("\\u003Csvg", shown, StringComparison.Ordinal);
            });
        }
    }
}
