using System.Net;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Doctor;
using NetworkingCourse.Host.Jupyter.Installing;

namespace NetworkingCourse.Host.Tests;

/// <summary>Every state that <c>course doctor</c> can report, brought about.</summary>
public sealed class DoctorTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task The_command_says_what_is_there_and_what_to_do_about_the_rest()
    {
        using var home = new TemporaryFolder();
        var (exit, output, errors) = await CourseProgram.RunAsync(
            Repository.Root, Nowhere(home.Path, ("COURSE_WITHOUT", "capture-library")), "doctor");

        Assert.Equal((1, ""), (exit, errors));
        Assert.Contains("ok          the course's library      loaded in a cell; 1 + 1 took ", output);
        Assert.Contains("ok          a server on 127.0.0.1     listens, and a client gets in", output);
        Assert.Contains("missing     the installed kernel      not installed\n", output);
        Assert.Matches("note        packet capture            .* is not installed", output);
        Assert.EndsWith("\nNot ready: 2 of 9 checks need something. See above.\n", output);
    }

    [Fact]
    public async Task A_machine_that_has_all_is_ready_and_JSON_says_the_same()
    {
        using var home = new TemporaryFolder();
        var environment = Nowhere(home.Path);
        Directory.CreateDirectory(Path.Combine(home.Path, ".vscode", "extensions", "ms-toolsai.jupyter-2026.1.0"));
        Assert.Equal(0, (await CourseProgram.RunAsync(Repository.Root, environment, "jupyter", "install")).ExitCode);

        var (exit, output, _) = await CourseProgram.RunAsync(Repository.Root, environment, "doctor", "--json");
        Assert.Equal(0, exit);
        var findings = JsonNode.Parse(output)!.AsArray();
        Assert.Equal(9, findings.Count);
        Assert.DoesNotContain(findings, finding => (string?)finding!["state"] == "missing");
        var kernel = findings.Single(finding => (string?)finding!["check"] == "the installed kernel")!;
        Assert.StartsWith("'C# (Networking Course)' started in ", (string?)kernel["found"]);
    }

    [Fact]
    public async Task A_library_that_is_not_built_is_missing()
    {
        using var empty = new TemporaryFolder();
        var finding = await KernelChecks.LibraryAsync(empty.Path, Never);
        Assert.Equal(FindingState.Missing, finding.State);
        Assert.Contains("dotnet build", finding.Advice);
    }

    [Fact]
    public async Task A_kernel_whose_program_is_gone_or_does_not_start_is_to_be_installed_again()
    {
        using var folder = new TemporaryFolder();
        var spec = Path.Combine(folder.Path, "course");
        Directory.CreateDirectory(spec);
        var program = Path.Combine(folder.Path, "program.dll");
        await File.WriteAllTextAsync(Path.Combine(spec, KernelSpec.FileName), KernelSpec.Write(["dotnet", program], "C#"));

        var gone = await KernelChecks.InstalledAsync([folder.Path], Never);
        Assert.Equal((FindingState.Missing, $"its program is gone: {program}"), (gone.State, gone.Found));

        await File.WriteAllTextAsync(program, "This is no program.");
        var broken = await KernelChecks.InstalledAsync([folder.Path], Never);
        Assert.Equal(FindingState.Missing, broken.State);
        Assert.StartsWith("it ended with exit code ", broken.Found);
        Assert.Contains("jupyter install", broken.Advice);
    }

    [Fact]
    public void A_notebook_program_is_found_by_its_name_or_by_its_extension()
    {
        using var home = new TemporaryFolder();
        Assert.Equal("none found", FrontEndCheck.Of([home.Path], home.Path).Found);

        Directory.CreateDirectory(Path.Combine(home.Path, ".vscode"));
        var without = FrontEndCheck.Of([home.Path], home.Path);
        Assert.Equal(FindingState.Missing, without.State);
        Assert.Contains("without its Jupyter extension", without.Found);

        Directory.CreateDirectory(Path.Combine(home.Path, ".vscode", "extensions", "ms-toolsai.jupyter-2026.1.0"));
        File.WriteAllText(Path.Combine(home.Path, OperatingSystem.IsWindows() ? "jupyter-lab.exe" : "jupyter-lab"), "");
        Assert.Equal(
            Finding.Ok("a notebook program", "VS Code with its Jupyter extension, JupyterLab"),
            FrontEndCheck.Of([home.Path], home.Path));
    }

    [Fact]
    public async Task An_address_that_this_machine_does_not_have_is_missing_where_it_is_needed()
    {
        // Of a block for documentation (RFC 5737). Bind fails; nothing is sent.
        var nobody = IPAddress.Parse("192.0.2.1");
        var needed = await LoopbackChecks.ViaAsync(nobody, isNeeded: true, Never);
        Assert.Equal(FindingState.Missing, needed.State);
        Assert.Contains("firewall", needed.Advice);
        Assert.Equal(FindingState.Note, (await LoopbackChecks.ViaAsync(nobody, isNeeded: false, Never)).State);
    }

    [Theory]
    [InlineData(null, FindingState.Ok, "no limit")]
    [InlineData(1024L, FindingState.Ok, "up to 1,024 at once")]
    [InlineData(256L, FindingState.Missing, "only 256 at once")]
    public void Few_descriptors_are_too_few(long? limit, object state, string found)
    {
        var finding = SystemChecks.Descriptors(limit);
        Assert.Equal((state, found), ((object)finding.State, finding.Found));
    }

    [Fact]
    public void A_machine_that_wakes_threads_late_is_too_busy_to_measure()
    {
        Assert.Equal(FindingState.Ok, SystemChecks.Quiet([.. Times(95, 0.1), .. Times(5, 20)], 2).State);
        var busy = SystemChecks.Quiet([.. Times(94, 0.1), .. Times(6, 20)], 2);
        Assert.Equal(FindingState.Note, busy.State);
        Assert.Equal("2 cores; sleeps end 0.1 ms late, 95 % of them within 20.0 ms", busy.Found);

        static IEnumerable<TimeSpan> Times(int count, double milliseconds) =>
            Enumerable.Repeat(TimeSpan.FromMilliseconds(milliseconds), count);
    }

    // A user with nothing: no front end on the path, no kernels in the home folder.
    private static (string, string)[] Nowhere(string home, params (string, string)[] more) =>
    [
        ("PATH", home), ("HOME", home), ("USERPROFILE", home), ("APPDATA", home),
        ("JUPYTER_DATA_DIR", Path.Combine(home, "jupyter")), ("JUPYTER_PATH", Path.Combine(home, "none")), .. more,
    ];
}
