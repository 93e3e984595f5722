using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Worker;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Host.Tests;

public sealed class CaptureCommandTests
{
    private const string Captures = "Capture.AroundAsync";
    private const string NotAllowed = "may not capture";

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

    [Fact]
    public async Task It_writes_files_that_are_read_again_or_says_in_one_line_why_it_cannot()
    {
        using var folder = new TemporaryFolder();
        var whyNot = await Capture.WhyNotAsync();
        var (exit, output, errors) = await CourseProgram.RunAsync(Repository.Root, "capture", "sixteen", "reset", "--out", folder.Path);
        if (whyNot is not null)
        {
            Assert.True(Environment.GetEnvironmentVariable("CI") is null, whyNot);
            Assert.Equal(2, exit);
            Assert.Contains(whyNot, errors);
            return;
        }

        Assert.Equal(0, exit);
        Assert.StartsWith("sixteen.pcap: ", output);
        Assert.Equal(["reset.pcap", "sixteen.pcap"], Directory.EnumerateFiles(folder.Path).Select(file => System.IO.Path.GetFileName(file)!).Order());
        Assert.Equal("SYN", Capture.Read(System.IO.Path.Combine(folder.Path, "sixteen.pcap"))[1].Tcp!.FlagNames);
    }

    /// <summary>As for most who learn: the packets are those of the files that came with the lessons, and everything else is as it is for the others.</summary>
    [NeedsFact(Need.Linux)]
    public async Task Lessons_with_captures_run_without_the_right_to_capture_and_show_the_shipped_packets()
    {
        using var folder = new TemporaryFolder();
        string[] lessons = [.. Repository.NotebookNames.Where(name => File.ReadAllText(System.IO.Path.Combine(Repository.Notebooks, name)).Contains(Captures, StringComparison.Ordinal))];
        Assert.NotEmpty(lessons);
        string[] command = ["dotnet", typeof(KernelProcess).Assembly.Location, "run", .. lessons.Select(lesson => System.IO.Path.Combine(Repository.Notebooks, lesson)), "--out", folder.Path];
        using var program = Process.Start(new ProcessStartInfo(Unprivileged[0], [.. Unprivileged[1..], .. command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = program.StandardError.ReadToEndAsync();
        var output = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.True(program.ExitCode == 0, output + await errors);

        foreach (var lesson in lessons)
        {
            var cells = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(folder.Path, "notebooks", lesson)))!["cells"]!.AsArray();
            var captures = cells.Where(cell => cell!["source"]!.ToJsonString().Contains(Captures, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(captures);
            Assert.All(captures, cell =>
            {
                var shown = cell!["outputs"]!.ToJsonString();
                Assert.Contains(NotAllowed, shown);
                Assert.Contains(".pcap: ", shown);
                Assert.Contains("\\u003Csvg", shown);
            });
        }
    }

    // Root without the capability is to the capture what any user is. Whoever runs the tests as an ordinary user has none to give up.
    private static string[] Unprivileged => Environment.UserName == "root" ? ["setpriv", "--bounding-set=-net_raw,-net_admin", "--inh-caps=-net_raw,-net_admin"] : ["env"];
}
