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
}
