using NetworkingCourse.Figures;
using NetworkingCourse.Host.Artifacts;

namespace NetworkingCourse.Host.Tests;

/// <summary>
/// Every notebook runs after others in one kernel, and twice. (That each runs in a kernel of its own is seen in the front end.) Other notebooks run
/// beside it: the bounds for what is measured are loose.
/// </summary>
// Not beside the tests in which front ends run the same notebooks: each of them takes the machine for itself.
[Collection(Jupyter.JupyterTests.Title)]
public sealed class NotebookRunTests(NotebookRuns runs)
{
    [Theory]
    [MemberData(nameof(Repository.NotebookTheory), MemberType = typeof(Repository))]
    public async Task It_runs_twice_in_one_kernel_with_the_same_figures_and_leaves_nothing_behind(string name)
    {
        var run = await runs.OfAsync(name);
        foreach (var (notebook, failure, leftovers) in new[] { run.First, run.Second })
        {
            Assert.True(failure is null, failure);
            Assert.DoesNotContain(": warning CS", notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString()).Aggregate(string.Concat));
            Assert.DoesNotContain("exception that nothing caught", notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString()).Aggregate(string.Concat));
            Assert.All(FigureExtraction.Of(notebook), MeasuredIsNearPredicted);
            Assert.Empty(leftovers);
        }

        Assert.Equal(Figures(run.First), Figures(run.Second));
    }

    private static IEnumerable<string> Figures(OneRun run) => FigureExtraction.Of(run.Notebook).Select(figure => figure.Id);

    /// <summary>Waiting takes at least as long as predicted, and hardly ever three times as long.</summary>
    private static void MeasuredIsNearPredicted(Figure figure)
    {
        if (!figure.Id.StartsWith("latency-by-client", StringComparison.Ordinal))
        {
            return;
        }

        foreach (var panel in figure.Panels)
        {
            var measured = panel.Series.Single(series => series.Role == Role.Measured).Points;
            var predicted = panel.Series.Single(series => series.Role == Role.Predicted).Points;
            Assert.Equal(predicted.Count, measured.Count);
            // Computing handlers share the cores with whatever else runs: theory is a bound for the last, and no more than that.
            var computing = figure.Caption.Contains("computes", StringComparison.Ordinal);
            foreach (var (real, theory) in computing ? [(measured[^1], predicted[^1])] : measured.Zip(predicted))
            {
                Assert.InRange(real.Y, theory.Y * (computing ? 0.5 : 0.9), (theory.Y * (computing ? 6 : 3)) + 1);
            }
        }
    }
}
