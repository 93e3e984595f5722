using System.Text.Json.Nodes;
using NetworkingCourse.Host.Bench;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Host.Tests.Bench;

/// <summary>The command itself, in processes of its own.</summary>
public sealed class BenchCommandTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    public static TheoryData<string, string[]> Unusable => new()
    {
        { "There is no architecture 'telepathic'. Choose from: sequential", ["telepathic"] },
        { "--seconds 0:", ["--seconds", "0"] },
        { "--seconds", ["--seconds", "soon"] },
        { "--connections 1,x:", ["--connections", "1,x"] },
        { "--connections 0:", ["--connections", "0"] },
        { "--connections ", ["--connections", "60000"] },
        { "cannot be written", ["--json", "missing/there.json"] },
    };

    [Fact]
    public async Task It_measures_prints_writes_and_leaves_no_process()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["bench", "--seconds", "1", "--connections", "1,8", "--json", "bench.json", "sequential", "async"];
        using var program = CourseProgram.Start(folder.Path, arguments);
        var children = await ChildrenAsync(program, atLeast: 2);
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.All(children, child => Assert.False(ProcessState.IsRunning(child), $"Process {child} is left."));

        var json = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "bench.json")))!;
        var results = json["results"]!.AsArray();
        Assert.Equal(
            ["sequential 1", "async 1", "sequential 8", "async 8"],
            results.Select(result => $"{result!["architecture"]} {result["connections"]}"));
        Assert.All(results, result => Assert.Null(result!["failure"]));
        Assert.All([0, 1, 3], i =>
        {
            Assert.True((long)results[i]!["answers"]! > 0);
            Assert.True((double)results[i]!["clientCpuShare"]! > 0);
            Assert.True((int)results[i]!["atRest"]!["threads"]! > 0);
            Assert.True((long)results[i]!["underLoad"]!["workingSet"]! > 0);
            Assert.Equal((int)json["rounds"]!, results[i]!["ratioByRound"]!.AsArray().Count);
            Assert.True((double)results[i]!["latency"]!["p50"]! <= (double)results[i]!["latency"]!["max"]!);
        });
        Assert.NotNull(results[2]!["reason"]);
        var held = Assert.Single(json["holding"]!.AsArray());
        Assert.Equal((int)held!["connections"]!, (int)held["held"]!);
        Assert.Contains("sequential: serves 1 at a time", program.Output);
        Assert.Contains("Connections held open, 100 of them active", program.Output);
        Assert.Contains("s left", program.Errors);
    }

    [NeedsFact(Need.Linux)]
    public async Task Interrupted_it_shows_what_it_has_and_leaves_no_process()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["bench", "--seconds", "600", "--connections", "2", "--json", "bench.json", "async"];
        using var program = CourseProgram.Start(folder.Path, arguments);
        var children = await ChildrenAsync(program, atLeast: 1);
        program.Signal(Signals.Signal.Interrupt);
        Assert.Equal(ExitCode.Interrupted, await program.ExitCodeAsync());
        Assert.All(children, child => Assert.False(ProcessState.IsRunning(child), $"Process {child} is left."));
        Assert.Contains("Interrupted", program.Output);
        Assert.True((bool)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "bench.json")))!["interrupted"]!);
    }

    [NeedsFact(Need.Linux)]
    public async Task Killed_it_leaves_no_process_either()
    {
        string[] arguments = ["bench", "--seconds", "600", "--connections", "2", "async", "threaded"];
        using var program = CourseProgram.Start(Repository.Root, arguments);
        var children = await ChildrenAsync(program, atLeast: 2);
        program.Signal(Signals.Signal.Kill);
        await program.ExitCodeAsync();
        await Eventually(
            () => !children.Any(ProcessState.IsRunning),
            () => $"{children.Count(ProcessState.IsRunning)} of {children.Count} processes are left.");
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task What_cannot_be_used_gets_one_line_that_says_what_to_do_and_exit_code_2(string says, string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var (exit, output, errors) = await CourseProgram.RunAsync(folder.Path, ["bench", .. arguments]);
        Assert.Equal(2, exit);
        Assert.Equal("", output);
        Assert.Contains(says, errors);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        string[] arguments = ["bench", "--seconds", "0.1", "--connections", "5000", "threaded"];
        var (exit, output, _) = await CourseProgram.RunAsync(Repository.Root, arguments);
        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("threaded: Workers is 5000", output);
    }

    /// <summary>
    /// Workers that are processes are not started by the thousand, so it must be right which architectures have them.
    /// </summary>
    [NeedsFact(Need.Linux)]
    public async Task Whoever_has_processes_for_workers_says_so()
    {
        foreach (var architecture in Architecture.All)
        {
            await using var server = await StandaloneServer.StartAsync(architecture, new ServerOptions { Workers = 2 });
            var processes = ProcessResources.Of(server.ProcessId, withChildren: true)!.Processes;
            Assert.True(
                architecture.WorkersAreProcesses == processes > 1, $"{architecture}: {processes} processes with 2 workers.");
        }
    }

    private static async Task<IReadOnlyList<int>> ChildrenAsync(CourseProgram program, int atLeast)
    {
        IReadOnlyList<int> children = [];
        if (OperatingSystem.IsLinux())
        {
            await Eventually(
                () => (children = ChildProcesses.DescendantsOf(program.Process.Id)).Count >= atLeast,
                () => $"There are {children.Count} processes. {program.Output}{program.Errors}");
        }

        return children;
    }

    private static async Task Eventually(Func<bool> condition, Func<string> otherwise)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) < Ample, otherwise());
            await Task.Delay(20);
        }
    }
}
