using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Worker;

/// <summary>What a watcher is told while a notebook runs.</summary>
/// <param name="Cell">The code cell that begins, counted from 1 among the code cells.</param>
/// <param name="Cells">How many code cells there are.</param>
/// <param name="FirstLine">What it begins with.</param>
internal sealed record CellStarted(int Cell, int Cells, string FirstLine);

/// <summary>Why a notebook failed.</summary>
/// <param name="Cell">The code cell, counted from 1 among the code cells.</param>
/// <param name="Error">What it failed with.</param>
internal sealed record CellFailure(int Cell, CellError Error);

/// <summary>How a notebook's run ended.</summary>
/// <param name="CellsRun">How many code cells ran.</param>
/// <param name="Elapsed">From the notebook's start to the last cell's end.</param>
/// <param name="FirstCell">How long one waited for the first cell's end, the start of its process included if that had not been done before; null if it did not get there.</param>
/// <param name="Failure">What failed; null if nothing did.</param>
internal sealed record NotebookResult(int CellsRun, TimeSpan Elapsed, TimeSpan? FirstCell, CellFailure? Failure);

/// <summary>Runs a notebook's cells from top to bottom in a kernel, and puts the outputs into the notebook.</summary>
internal static class NotebookRunner
{
    /// <summary>Runs it in a process of its own, which is heard out after the last cell: what threads write then still belongs to their cells.</summary>
    /// <param name="notebook">The notebook, whose outputs are replaced.</param>
    /// <param name="timeout">How long one cell may take.</param>
    /// <param name="progress">Told of each cell that begins.</param>
    /// <param name="patience">How long threads may go on after the last cell.</param>
    /// <param name="cancellation">Ends the run; the outputs so far are in the notebook.</param>
    public static async Task<NotebookResult> RunAsync(
        Notebook notebook, TimeSpan timeout, Action<CellStarted>? progress = null, TimeSpan? patience = null, CancellationToken cancellation = default)
    {
        await using var kernel = KernelProcess.Start(notebook.Folder);
        return await RunAsync(notebook, kernel, timeout, progress, isLast: true, patience, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs it in a process that is there already and will be used for nothing else.</summary>
    /// <inheritdoc cref="RunAsync(Notebook, KernelProcess, TimeSpan, Action{CellStarted}?, CancellationToken)"/>
    public static Task<NotebookResult> RunAndFinishAsync(
        Notebook notebook, KernelProcess kernel, TimeSpan timeout, Action<CellStarted>? progress = null, CancellationToken cancellation = default) =>
        RunAsync(notebook, kernel, timeout, progress, isLast: true, patience: null, cancellation);

    /// <summary>Runs it up to the first cell that fails and should not, or does not fail and should.</summary>
    /// <param name="notebook">The notebook, whose outputs are replaced.</param>
    /// <param name="kernel">Where it runs.</param>
    /// <param name="timeout">How long one cell may take.</param>
    /// <param name="progress">Told of each cell that begins.</param>
    /// <param name="cancellation">Ends the run; the outputs so far are in the notebook.</param>
    public static Task<NotebookResult> RunAsync(
        Notebook notebook, KernelProcess kernel, TimeSpan timeout, Action<CellStarted>? progress = null, CancellationToken cancellation = default) =>
        RunAsync(notebook, kernel, timeout, progress, isLast: false, patience: null, cancellation);

    private static async Task<NotebookResult> RunAsync(
        Notebook notebook, KernelProcess kernel, TimeSpan timeout, Action<CellStarted>? progress, bool isLast, TimeSpan? patience, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var cells = notebook.CodeCells.ToList();
        var outputs = cells.Select(_ => new CellOutputs()).ToList();
        TimeSpan? firstCell = null;
        var run = 0;
        // The kernel counts what it runs; it may have run other cells before these.
        var firstExecution = kernel.Executions + 1;
        void Add(KernelEvent happened, int place)
        {
            // What a thread of an earlier cell still does belongs to that cell.
            outputs[Math.Clamp((happened.Cell - firstExecution) ?? place, 0, place)].Add(happened);
        }

        async Task<NotebookResult> EndAsync(CellFailure? failure)
        {
            var result = new NotebookResult(run, Stopwatch.GetElapsedTime(started), firstCell, failure);
            if (isLast && run > 0 && !kernel.HasEnded)
            {
                await kernel.FinishAsync(happened => Add(happened, run - 1), patience, cancellation).ConfigureAwait(false);
            }

            return result;
        }

        try
        {
            for (; run < cells.Count; run++)
            {
                var (cell, place) = (cells[run], run);
                progress?.Invoke(new CellStarted(place + 1, cells.Count, cell.FirstLine));
                var error = await kernel.ExecuteAsync(
                    cell.Source,
                    happened => Add(happened, place),
                    timeout, cancellation).ConfigureAwait(false);
                firstCell ??= Stopwatch.GetElapsedTime(started);
                if (error is not null && (!cell.MustFail || kernel.HasEnded))
                {
                    run++;
                    return await EndAsync(new CellFailure(place + 1, error)).ConfigureAwait(false);
                }

                if (error is null && cell.MustFail)
                {
                    run++;
                    var missing = new CellError("NoException", $"The cell is tagged {NotebookCell.MustFailTag} and did not fail.", [$"The cell is tagged {NotebookCell.MustFailTag} and did not fail."]);
                    outputs[place].Add(new KernelEvent.Failure(null, missing));
                    return await EndAsync(new CellFailure(place + 1, missing)).ConfigureAwait(false);
                }
            }

            return await EndAsync(null).ConfigureAwait(false);
        }
        finally
        {
            // Also when the run was cut short: what it brought so far is not lost.
            for (var i = 0; i < cells.Count; i++)
            {
                cells[i].SetOutputs(i < run ? i + 1 : null, i <= run ? outputs[i].ToJson(i + 1) : new JsonArray());
            }
        }
    }
}
