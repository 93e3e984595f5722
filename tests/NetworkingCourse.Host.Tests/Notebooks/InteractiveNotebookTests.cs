using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>Every notebook runs in the kernel that it names, the genuine .NET Interactive.</summary>
[Collection(JupyterTests.Title)]
public sealed class InteractiveNotebookTests
{
    public static TheoryData<string> Names => Repository.NotebookTheory;

    [NeedsTheory(Need.DotnetInteractive)]
    [MemberData(nameof(Names))]
    public async Task It_runs_in_the_genuine_kernel_and_leaves_nothing_behind(string name)
    {
        var run = await InteractiveRuns.OfAsync(name);
        Assert.True(run.Failure is null, run.Failure);
        Assert.Empty(run.Leftovers);
    }

    [NeedsFact(Need.DotnetInteractive)]
    public async Task An_earlier_answer_is_not_taken_for_the_last_one()
    {
        await using var kernel = await InteractiveKernel.StartAsync(Path.Combine(Repository.Notebooks, "4-server-architecture"));
        await kernel.ExecuteAsync("#r \"../bin/NetworkingCourse.dll\"\nusing NetworkingCourse;");
        await kernel.ExecuteAsync(
            "static int FindEnd(ReadOnlySpan<byte> received) => received.IndexOf((byte)'?') is >= 0 and var at ? at + 1 : -1;");
        Assert.Contains("[right]", await CheckAsync());
        await kernel.ExecuteAsync("static string FindEnd(ReadOnlySpan<byte> received) => \"\";");
        Assert.Contains("the types of the stub", await CheckAsync());

        async Task<string> CheckAsync() =>
            (await kernel.ExecuteAsync("Exercises.FindEnd.Check(FindEnd, keep: false).ToText()")).ToJsonString();
    }
}
