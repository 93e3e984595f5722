using NetworkingCourse.Host.Tests.Jupyter;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Every notebook runs in the kernel that it names, the genuine .NET Interactive, and gives there what it gives in the embedded
/// kernel.
/// </summary>
[Collection(JupyterTests.Title)]
public sealed class InteractiveNotebookTests(NotebookRuns embedded, InteractiveRuns genuine)
{
    public static TheoryData<string> Names => Repository.NotebookTheory;

    [NeedsTheory(Need.DotnetInteractive)]
    [MemberData(nameof(Names))]
    public async Task It_runs_in_the_genuine_kernel_and_leaves_nothing_behind(string name)
    {
        var run = await genuine.OfAsync(name);
        Assert.True(run.Failure is null, run.Failure);
        Assert.Empty(run.Leftovers);
    }

    [NeedsTheory(Need.DotnetInteractive)]
    [MemberData(nameof(Names))]
    public async Task It_gives_there_what_it_gives_in_the_embedded_kernel(string name) =>
        await SameOutputs.AssertAsync(name, embedded, [await genuine.OfAsync(name)], () => InteractiveRuns.AgainAsync(name));
}
