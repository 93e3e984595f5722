using System.Diagnostics;
using System.Text.RegularExpressions;
using NetworkingCourse.Host.Bundle;

namespace NetworkingCourse.Host.Tests.Bundle;

/// <summary>The scripts and the page that a learner meets first.</summary>
public sealed partial class HandOutTests
{
    public static TheoryData<string> Systems => [.. TargetSystem.All.Select(system => system.Id)];

    [Theory]
    [MemberData(nameof(Systems))]
    public void Every_system_gets_its_scripts_and_the_page(string id)
    {
        var system = TargetSystem.Parse(id)[0];
        string[] scripts = system.IsWindows
            ? ["doctor.cmd", "install.cmd", "uninstall.cmd"]
            : ["doctor.sh", "install.sh", "uninstall.sh"];
        Assert.Equal(
            ["START-HERE.html", .. scripts], HandOut.Of(system).Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(scripts, script =>
        {
            var text = Text(system, script);
            Assert.DoesNotContain("{{", text);
            Assert.Contains(system.IsWindows ? @"course\NetworkingCourse.Host.exe" : "course/NetworkingCourse.Host", text);
            // cmd.exe loses its way in files with the line ends of Unix, and sh in those of Windows.
            Assert.Equal(system.IsWindows ? text.Split('\n').Length - 1 : 0, text.Count(letter => letter == '\r'));
            Assert.All(text, letter => Assert.True(char.IsAscii(letter), "a code page may show it as another letter"));
        });
    }

    [Fact]
    public void On_Windows_every_label_that_is_jumped_to_is_there()
    {
        var system = TargetSystem.Parse("win")[0];
        Assert.All(HandOut.Of(system).Where(file => file.Name.EndsWith(".cmd", StringComparison.Ordinal)), file =>
        {
            var text = Text(system, file.Name);
            Assert.All(Jump().Matches(text), jump => Assert.Contains($"\r\n:{jump.Groups[1].Value}\r\n", text));
        });
    }

    [NeedsFact(Need.Signals)]
    public void Elsewhere_sh_can_read_every_script()
    {
        using var folder = new TemporaryFolder();
        var system = TargetSystem.Parse("linux-x64")[0];
        Assert.All(HandOut.Of(system).Where(file => file.Name.EndsWith(".sh", StringComparison.Ordinal)), file =>
        {
            var start = new ProcessStartInfo("sh", ["-n", folder.File(file.Name, Text(system, file.Name))])
            {
                RedirectStandardError = true,
            };
            using var sh = Process.Start(start)!;
            var errors = sh.StandardError.ReadToEnd();
            sh.WaitForExit();
            Assert.True(sh.ExitCode == 0, errors);
        });
    }

    [Fact]
    public void The_page_names_what_is_there_and_needs_no_network()
    {
        var page = HandOut.Page();
        string[] named =
        [
            "install.cmd", "install.sh", "doctor.cmd", "doctor.sh", "0-start-here.ipynb", "C# (Networking Course)",
            "win-x64", "linux-x64", "osx-x64", "osx-arm64",
        ];
        Assert.All(named, name => Assert.Contains(name, page));
        Assert.DoesNotContain("http", page);
    }

    private static string Text(TargetSystem system, string name)
    {
        using var reader = new StreamReader(HandOut.Of(system).Single(file => file.Name == name).Open());
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"goto (\w+)")]
    private static partial Regex Jump();
}
