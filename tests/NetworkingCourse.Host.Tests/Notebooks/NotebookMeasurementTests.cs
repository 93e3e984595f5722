using NetworkingCourse.Host.Artifacts;
using Xunit.Abstractions;

namespace NetworkingCourse.Host.Tests.Notebooks;

/// <summary>
/// The charts of every notebook show what theory says, and its claims hold. The notebooks have run beside other tests, and what
/// those disturbed is measured again here, when nothing else runs.
/// </summary>
[Collection(WholeProcess.Name)]
public sealed class NotebookMeasurementTests(ITestOutputHelper output)
{
    /// <summary>
    /// How often a notebook is run again, alone, when a chart is far from theory or a claim does not hold. Noise passes; a fault
    /// is in every run.
    /// </summary>
    private const int MaxRepeats = 3;

    /// <summary>Cells whose charts deliberately differ from theory, and why.</summary>
    private static readonly Dictionary<string, string> FarFromTheory = new()
    {
        ["threads-18"] = "three of the four workers have crashed",
        ["async-20"] = "handlers that compute keep the cores from all others",
    };

    public static TheoryData<string> Names => Repository.NotebookTheory;

    [Theory]
    [MemberData(nameof(Names))]
    public Task Its_charts_show_the_architectures_that_they_name(string name) => HasNoFaultsAsync(name, Faults);

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_it_claims_of_its_measurements_holds(string name) => HasNoFaultsAsync(name, NotebookClaims.Failures);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Its_charts_that_are_said_to_be_far_from_theory_are(string name)
    {
        foreach (var run in await NotebookRuns.OfAsync(name))
        {
            Assert.All(
                run.Notebook.CodeCells.Where(cell => FarFromTheory.ContainsKey(cell.Id)),
                cell => Assert.NotEmpty(ArchitectureCharts.Faults([FigureExtraction.Of(cell).Single()])));
        }
    }

    /// <summary>Fails if a notebook's runs, taken together, still show a fault after it has been run again a few times.</summary>
    private async Task HasNoFaultsAsync(string name, Func<IReadOnlyList<OneRun>, IReadOnlyList<string>> faultsOf)
    {
        var all = await NotebookRuns.OfAsync(name);
        Assert.All(all, run => Assert.True(run.Failure is null, run.Failure));
        for (var repeats = 0; faultsOf(all) is { Count: > 0 } faults; repeats++)
        {
            output.WriteLine(string.Join('\n', faults));
            Assert.True(repeats < MaxRepeats, string.Join('\n', faults));
            all = await NotebookRuns.AgainAsync(name);
        }
    }

    private static List<string> Faults(IReadOnlyList<OneRun> all) =>
    [
        .. all.SelectMany(run => run.Notebook.CodeCells)
            .Where(cell => !FarFromTheory.ContainsKey(cell.Id))
            .SelectMany(cell => FigureExtraction.Of(cell).Select((figure, place) => (Key: (cell.Id, place), Figure: figure)))
            .GroupBy(figure => figure.Key, figure => figure.Figure)
            .SelectMany(figures => ArchitectureCharts.Faults([.. figures])),
    ];
}
