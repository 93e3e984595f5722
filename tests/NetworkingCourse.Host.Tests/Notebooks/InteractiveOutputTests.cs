namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// Every notebook gives in the genuine .NET Interactive what it gives in the embedded kernel. What other tests disturbed in
/// either of them is run again here, when nothing else runs.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class InteractiveOutputTests
{
    public static TheoryData<string> Names => Repository.NotebookTheory;

    [NeedsTheory(Need.DotnetInteractive)]
    [MemberData(nameof(Names))]
    public async Task It_gives_there_what_it_gives_in_the_embedded_kernel(string name) =>
        await SameOutputs.AssertAsync(name, [await InteractiveRuns.OfAsync(name)], () => InteractiveRuns.AgainAsync(name));
}
