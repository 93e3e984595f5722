using NetworkingCourse.Figures;
using NetworkingCourse.Host.Artifacts;
using NetworkingCourse.Host.Notebooks;
using NetworkingCourse.Host.Worker;

namespace NetworkingCourse.Host.Tests;

/// <summary>
/// Runs every notebook, as a learner would, and then once more in the same kernel. They mostly wait, so a few run at a time; what is
/// measured then is bent a little, and the bounds here are loose.
/// </summary>
// Not beside the tests in which front ends run the same notebooks: each of them takes the machine for itself.
[Collection(Jupyter.JupyterTests.Title)]
public sealed class NotebookRunTests
{
    private const int AtATime = 3;
    private static readonly TimeSpan CellTimeout = TimeSpan.FromSeconds(100);

    [Fact]
    public async Task Every_notebook_runs_twice_in_one_kernel_and_leaves_no_listener_behind()
    {
        var failures = new List<string>();
        var gate = new Lock();
        // The longest first.
        await Parallel.ForEachAsync(Repository.NotebookNames.Reverse(), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (name, _) =>
        {
            try
            {
                await RunTwiceAsync(name);
            }
            catch (Exception exception)
            {
                lock (gate)
                {
                    failures.Add($"{name}: {exception.Message}");
                }
            }
        });
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static async Task RunTwiceAsync(string name)
    {
        var path = Path.Combine(Repository.Notebooks, name);
        await using var kernel = KernelProcess.Start(Path.GetDirectoryName(path)!);
        var figures = new List<string>();
        for (var time = 1; time <= 2; time++)
        {
            var notebook = Notebook.Read(path);
            var result = await NotebookRunner.RunAsync(notebook, kernel, CellTimeout);
            Assert.True(result.Failure is null, $"time {time}, code cell {result.Failure?.Cell}: {string.Join('\n', result.Failure?.Error.Traceback ?? [])}");
            Assert.DoesNotContain("exception that nothing caught", notebook.CodeCells.Select(cell => cell.Outputs.ToJsonString()).Aggregate(string.Concat));
            var drawn = FigureExtraction.Of(notebook).ToList();
            figures.Add(string.Join(", ", drawn.Select(figure => figure.Id)));
            Assert.All(drawn, MeasuredIsNearPredicted);
            NoListenerIsLeft(kernel.Id);
        }

        Assert.Equal(figures[0], figures[1]);
    }

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

    private static void NoListenerIsLeft(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // other systems do not tell whose a socket is
        }

        const string listening = "0A";
        var inodes = new[] { "tcp", "tcp6" }.SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == listening)
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet();
        var own = Directory.EnumerateFiles($"/proc/{process}/fd").Select(descriptor => new FileInfo(descriptor).LinkTarget).Where(target => target is not null && inodes.Contains(target));
        Assert.Empty(own);
    }
}
