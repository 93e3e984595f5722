using System.Text.Json.Nodes;
using NetworkingCourse.Host.Tests.Notebooks;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Tests.Commands;

public sealed class CaptureCommandTests
{
    private const string Lesson = "2-transport/6-tcp-packet-by-packet.ipynb";
    private const string NotAllowed = "may not capture packets";
    private const string NotInstalled = "is not installed; it is needed to capture packets";

    [Fact]
    public async Task The_list_has_a_line_for_each_scene_the_name_first()
    {
        var (exit, output, _) = await CourseProgram.RunAsync(Repository.Root, "capture", "--list");
        Assert.Equal(0, exit);
        Assert.Equal(
            CaptureScene.All.Select(scene => scene.Name),
            output.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
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
        var (exit, output, errors) = await CourseProgram.RunAsync(
            Repository.Root, "capture", "sixteen", "reset", "--out", folder.Path);
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("sixteen.pcap: ", output);
        Assert.Equal(
            ["reset.pcap", "sixteen.pcap"],
            Directory.EnumerateFiles(folder.Path).Select(file => Path.GetFileName(file)!).Order());
        Assert.Equal("SYN", Capture.Read(Path.Combine(folder.Path, "sixteen.pcap"))[1].Tcp!.FlagNames);
    }

    /// <summary>
    /// Runs on any system. <see cref="Notebooks.ElsewhereTests"/> runs all lessons without the right to capture.
    /// </summary>
    [Fact]
    public Task Without_the_feature_the_lesson_shows_what_a_relay_reads_or_shipped_packets() =>
        TheLessonShowsPacketsAsync(NotInstalled, [], ("COURSE_WITHOUT", "capture-library"));

    /// <summary>As on a machine without libpcap: the loader finds files with its names, but none of them is a library.</summary>
    [NeedsFact(Need.Linux)]
    public async Task Without_the_library_it_says_so_and_the_lesson_shows_packets()
    {
        using var libraries = new TemporaryFolder();
        foreach (var name in new[] { "libpcap.so", "libpcap.so.0", "libpcap.so.0.8", "libpcap.so.1" })
        {
            libraries.File(name, "This is no library.");
        }

        var hidden = ("LD_LIBRARY_PATH", libraries.Path);
        await OneLineSaysWhyAsync(NotInstalled, [], hidden);
        await TheLessonShowsPacketsAsync(NotInstalled, [], hidden);
    }

    /// <summary>As for most learners: without the capability, root cannot capture either.</summary>
    [NeedsFact(Need.Capture, Need.RightsToGiveUp)]
    public async Task Without_the_right_it_says_so_and_the_lesson_shows_packets()
    {
        string[] unprivileged = ["setpriv", "--bounding-set=-net_raw,-net_admin", "--inh-caps=-net_raw,-net_admin"];
        await OneLineSaysWhyAsync(NotAllowed, unprivileged);
        await TheLessonShowsPacketsAsync(NotAllowed, unprivileged);
    }

    private static async Task OneLineSaysWhyAsync(string says, string[] starter, params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await CourseProgram.RunWithAsync(
            starter, Repository.Root, environment, "capture", "reset", "--out", folder.Path);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(says, Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static async Task TheLessonShowsPacketsAsync(
        string says, string[] starter, params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await CourseProgram.RunWithAsync(
            starter, Repository.Root, environment, "run", Path.Combine(Repository.Notebooks, Lesson), "--out", folder.Path);
        Assert.True(exit == 0, output + errors);
        var executed = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "notebooks", Lesson)))!;
        var cells = executed["cells"]!.AsArray().Where(cell => PacketsElsewhere.IsCapture(cell!["source"]!)).ToList();
        Assert.NotEmpty(cells);
        Assert.All(cells, cell => PacketsElsewhere.AssertShown(cell!["source"]!, cell["outputs"]!, says));
    }
}
