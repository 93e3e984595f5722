using System.Diagnostics;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>How a kernel ends, and that nothing of it remains.</summary>
[Collection(KernelInFrontEnds.Title)]
public sealed class LifetimeTests(InstalledKernel kernel)
{
    private const string StartsServers = """
        #r "bin/NetworkingCourse.dll"
        using NetworkingCourse;
        using NetworkingCourse.ServerArchitecture;
        var processes = Architecture.Find("processes").Start(new ServerOptions { Workers = 2 });
        new System.Threading.Thread(() => System.Threading.Thread.Sleep(System.Threading.Timeout.Infinite)).Start();
        var exits = 0;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.Threading.Thread.Sleep(System.Threading.Timeout.Infinite);
        """;

    [NeedsFact(Need.Jupyter)]
    public void Shutdown_and_restart_leave_no_process_and_no_file()
    {
        List<int> processes;
        var began = DateTime.UtcNow;
        using (var frontEnd = FrontEnd.Start(kernel))
        {
            var first = frontEnd.Kernel;
            frontEnd.Value(StartsServers);
            var workers = ChildProcesses.Of(first);
            Assert.True(workers.Count >= 2 || !OperatingSystem.IsLinux(), "The workers should be there.");
            var second = (int)frontEnd.Do("restart")!;
            Assert.NotEqual(first, second);
            Assert.All([first, .. workers], HasEnded);
            Assert.Equal("error", frontEnd.Execute("exits").Status);
            frontEnd.Do("shutdown");
            HasEnded(second);
            processes = [first, second, .. workers];
        }

        Assert.Empty(processes.SelectMany(process => TemporaryFilesOf(process, began)));
    }

    [NeedsFact(Need.Jupyter)]
    public void A_kernel_whose_front_end_has_vanished_ends_itself_and_what_it_has_started()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value(StartsServers);
        var workers = ChildProcesses.Of(frontEnd.Kernel);
        var orphan = frontEnd.Kernel;
        frontEnd.Crash();
        Assert.All([orphan, .. workers], HasEnded);
    }

    [NeedsFact(Need.Jupyter, Need.Signals)]
    public void A_program_that_a_cell_has_started_ends_with_the_kernel()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var program = frontEnd.Value("System.Diagnostics.Process.Start(\"sh\", [\"-c\", \"sleep 600 & wait\"]).Id");
        frontEnd.Do("shutdown");
        HasEnded(int.Parse(program!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [NeedsFact(Need.Jupyter)]
    public void A_kernel_that_is_killed_is_replaced_by_the_next_one()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        frontEnd.Value("var x = 1;");
        Process.GetProcessById(frontEnd.Kernel).Kill();
        frontEnd.Do("restart");
        Assert.Equal("2", frontEnd.Value("1 + 1"));
    }

    [NeedsFact(Need.Jupyter, Need.Linux)]
    public void A_kernel_that_a_script_has_left_behind_hears_interrupts_and_ends_when_nobody_listens_any_more()
    {
        using var folder = new TemporaryFolder();
        using var frontEnd = FrontEnd.WithoutKernel(kernel);
        var options = new System.Text.Json.Nodes.JsonArray("--silence", "2");
        var started = frontEnd.Do(
            "alone", ("kernel", InstalledKernel.Name), ("cwd", folder.Path), ("options", options))!;
        var alone = (int)started["pid"]!;
        try
        {
            // What a script starts in the background inherits the ignored SIGINT.
            var waiting = frontEnd.Begin("Console.WriteLine(\"begun\");\nwhile (true) { }");
            frontEnd.Do("late", ("id", waiting), ("text", "begun"));
            frontEnd.Do("kill", ("pid", alone), ("name", "SIGINT"));
            Assert.Equal("Interrupted", frontEnd.End(waiting).ErrorName);
            // Longer than the silence that it tolerates, and than it takes to notice one; but somebody is listening.
            Assert.Equal("2", frontEnd.Value("await Task.Delay(3_500);\n1 + 1"));
            if ((int)started["parent"]! == 1)
            {
                frontEnd.Do("leave");
                HasEnded(alone);
            }
        }
        finally
        {
            frontEnd.Do("kill", ("pid", alone), ("name", "SIGKILL"));
        }
    }

    [NeedsFact(Need.Jupyter)]
    public void Cells_in_line_are_not_run_when_the_kernel_is_told_to_end()
    {
        using var frontEnd = FrontEnd.Start(kernel);
        var running = frontEnd.Begin("Console.WriteLine(\"begun\");\nwhile (true) { }", ("stop_on_error", false));
        frontEnd.Begin("while (true) { }", ("stop_on_error", false));
        frontEnd.Do("late", ("id", running), ("text", "begun"));
        frontEnd.Do("kill", ("pid", frontEnd.Kernel), ("name", "SIGTERM"));
        HasEnded(frontEnd.Kernel);
    }

    [NeedsFact(Need.Jupyter)]
    public async Task A_connection_file_that_asks_for_more_than_loopback_is_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        foreach (var (json, complaint) in new[]
        {
            ("""{"ip":"0.0.0.0","shell_port":1,"control_port":1,"iopub_port":1,"stdin_port":1,"hb_port":1}""", "loopback"),
            ("""{"transport":"ipc","shell_port":1}""", "tcp"),
            ("""{"ip":"127.0.0.1","shell_port":70000}""", "shell_port"),
            ("not json", "not a connection file"),
        })
        {
            var (exitCode, _, errors) = await CourseProgram.RunAsync(
                folder.Path, "jupyter", "kernel", folder.File("connection.json", json));
            Assert.Equal(ExitCode.Unusable, exitCode);
            Assert.Contains(complaint, Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// What the runtime creates for tools that look into a process, and anything else that has its number. A process that was
    /// killed long ago may have had the same number: what is older than the test is not looked at.
    /// </summary>
    private static IEnumerable<string> TemporaryFilesOf(int process, DateTime since) => Directory
        .EnumerateFileSystemEntries(Path.GetTempPath(), FormattableString.Invariant($"*-{process}-*"))
        .Where(path => File.GetLastWriteTimeUtc(path) >= since.AddSeconds(-1));

    private static void HasEnded(int process)
    {
        try
        {
            using var running = Process.GetProcessById(process);
            var waiting = Stopwatch.StartNew();
            while (!running.WaitForExit(TimeSpan.FromMilliseconds(20)) && ProcessState.IsRunning(process))
            {
                Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(20), $"Process {process} still runs.");
            }
        }
        catch (ArgumentException)
        {
            // It has ended.
        }
    }
}
