using System.Net;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Doctor;
using NetworkingCourse.Host.Jupyter.Installing;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Tests.Doctor;

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
        Assert.StartsWith("'C# (Networking Course)' started, and 1 + 1 was 2, in ", (string?)kernel["found"]);
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

    // A script that listens on the shell channel's port, greets as ZMTP does, and says no more.
    [NeedsFact(Need.Linux, Need.Python)]
    public async Task A_kernel_that_listens_but_does_not_compute_does_not_answer()
    {
        using var folder = new TemporaryFolder();
        var program = folder.File(
            "kernel.py",
            """
            import json, socket, sys
            port = json.load(open(sys.argv[-1]))["shell_port"]
            listener = socket.create_server(("127.0.0.1", port))
            connection, _ = listener.accept()
            connection.sendall(bytes([0xFF]))
            connection.recv(1)
            listener.accept()
            """);
        folder.File(Path.Combine("course", KernelSpec.FileName), KernelSpec.Write(["python3", program], "C#"));
        var finding = await KernelChecks.InstalledAsync([folder.Path], Never, TimeSpan.FromSeconds(2));
        Assert.Equal((FindingState.Missing, "it did not answer within 2 s"), (finding.State, finding.Found));
    }

    // A kernel that understands what it is asked, and fails.
    [NeedsFact(Need.Linux, Need.Jupyter)]
    public async Task A_kernel_that_computes_something_else_is_to_be_installed_again()
    {
        using var folder = new TemporaryFolder();
        var program = folder.File(
            "kernel.py",
            """
            import hashlib, hmac, json, sys, zmq
            connection = json.load(open(sys.argv[-1]))
            shell = zmq.Context().socket(zmq.ROUTER)
            shell.bind("tcp://127.0.0.1:%d" % connection["shell_port"])
            identity, _, _, header, *_ = shell.recv_multipart()
            parts = [json.dumps({"msg_type": "execute_reply"}).encode(), header, b"{}", b'{"status": "error"}']
            sign = hmac.new(connection["key"].encode(), digestmod=hashlib.sha256)
            for part in parts: sign.update(part)
            shell.send_multipart([identity, b"<IDS|MSG>", sign.hexdigest().encode(), *parts])
            shell.recv()
            """);
        var spec = KernelSpec.Write([PythonPackages.Jupyter.Python, program], "C#");
        folder.File(Path.Combine("course", KernelSpec.FileName), spec);
        var finding = await KernelChecks.InstalledAsync([folder.Path], Never);
        Assert.Equal(
            (FindingState.Missing, """1 + 1 gave {"status":"error"}"""), (finding.State, finding.Found));
        Assert.Contains("jupyter install", finding.Advice);
    }

    [Fact]
    public async Task A_kernel_whose_first_program_is_gone_does_not_start()
    {
        using var folder = new TemporaryFolder();
        var program = folder.File("program.dll", "x");
        folder.File(Path.Combine("course", KernelSpec.FileName), KernelSpec.Write(["no-such-program", program], "C#"));
        var finding = await KernelChecks.InstalledAsync([folder.Path], Never);
        Assert.Equal(FindingState.Missing, finding.State);
        Assert.StartsWith("no-such-program does not start: ", finding.Found);
    }

    [Fact]
    public async Task A_client_that_is_kept_out_is_noticed()
    {
        // As a firewall does that drops what it does not like.
        var finding = await LoopbackChecks.ViaAsync(
            IPAddress.Loopback,
            isNeeded: true,
            TimeSpan.FromMilliseconds(50),
            (_, _, cancellation) => new ValueTask(Task.Delay(Timeout.Infinite, cancellation)),
            Never);
        Assert.Equal((FindingState.Missing, "a client does not get in"), (finding.State, finding.Found));
    }

    [NeedsFact(Need.OwnNetwork)]
    public async Task Without_loopback_it_says_so_and_makes_all_other_checks()
    {
        var (exit, output, errors) = await CourseProgram.RunWithAsync(
            ["unshare", "--net"], Repository.Root, [], "doctor", "--json");
        Assert.Equal((1, ""), (exit, errors));
        var findings = JsonNode.Parse(output)!.AsArray();
        Assert.Equal(9, findings.Count);
        var server = findings.Single(finding => (string?)finding!["check"] == "a server on 127.0.0.1")!;
        Assert.Equal("missing", (string?)server["state"]);
    }

    [Fact]
    public async Task A_check_that_fails_is_a_finding()
    {
        var finding = await Examination.TryAsync("a check", () => throw new IOException("No such thing."));
        Assert.Equal(
            (FindingState.Missing, "a check", "could not be checked: No such thing."),
            (finding.State, finding.Check, finding.Found));
    }

    [Fact]
    public async Task Where_there_are_no_notebooks_their_library_is_missing()
    {
        var finding = await Examination.LibraryAsync(() => throw new NotebookException("Change to the folder."), Never);
        Assert.Equal(
            Finding.Missing("the course's library", "the folder 'notebooks' is not here", "Change to the folder."), finding);
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

    [Theory]
    [InlineData(".vscode-server")]
    [InlineData(".vscode-insiders")]
    public void In_a_container_VS_Code_keeps_its_extensions_elsewhere(string place)
    {
        using var home = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(home.Path, place, "extensions", "ms-toolsai.jupyter-2026.1.0-linux-x64"));
        Assert.Equal(FindingState.Ok, FrontEndCheck.Of([home.Path], home.Path).State);
    }

    [Fact]
    public void A_kernel_without_a_program_that_opens_notebooks_is_not_enough()
    {
        using var home = new TemporaryFolder();
        var ending = OperatingSystem.IsWindows() ? ".exe" : "";
        File.WriteAllText(Path.Combine(home.Path, "dotnet-interactive" + ending), "");
        Assert.Equal("none found", FrontEndCheck.Of([home.Path], home.Path).Found);

        File.WriteAllText(Path.Combine(home.Path, "jupyter-lab" + ending), "");
        Assert.Equal("JupyterLab; and the kernel .NET Interactive", FrontEndCheck.Of([home.Path], home.Path).Found);
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
