using System.Diagnostics;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Kernel;
using NetworkingCourse.Host.Notebooks;

namespace NetworkingCourse.Host.Worker;

/// <summary>A progress report: a code cell begins.</summary>
/// <param name="Cell">The number of the cell, counted from 1 among the code cells.</param>
/// <param name="Cells">The total number of code cells.</param>
/// <param name="FirstLine">The cell's first line of code.</param>
internal sealed record CellStarted(int Cell, int Cells, string FirstLine);

/// <summary>The failure of a cell, which ends the run of its notebook.</summary>
/// <param name="Cell">The number of the cell, counted from 1 among the code cells.</param>
/// <param name="Error">The error.</param>
internal sealed record CellFailure(int Cell, CellError Error);

/// <summary>The result of running a notebook.</summary>
/// <param name="CellsRun">The number of code cells that ran.</param>
/// <param name="Elapsed">The time from the start of the notebook to the end of its last cell.</param>
/// <param name="FirstCell">
/// The time until the first cell ended, including the start of its process unless that was started earlier; null if it did not
/// end.
/// </param>
/// <param name="Failure">The failure; null if there was none.</param>
internal sealed record NotebookResult(int CellsRun, TimeSpan Elapsed, TimeSpan? FirstCell, CellFailure? Failure);

/// <summary>Runs the cells of a notebook from top to bottom in a kernel, and stores the outputs in the notebook.</summary>
internal static class NotebookRunner
{
    /// <summary>
    /// Runs a notebook in a process of its own, and lets the threads of its cells finish after the last cell: their output
    /// still belongs to their cells.
    /// </summary>
    /// <param name="notebook">The notebook, whose outputs are replaced.</param>
    /// <param name="timeout">How long one cell may take.</param>
    /// <param name="progress">Called when a cell begins.</param>
    /// <param name="patience">How long threads may keep running after the last cell.</param>
    /// <param name="cancellation">Ends the run; the outputs so far are in the notebook.</param>
    public static async Task<NotebookResult> RunAsync(
        Notebook notebook,
        TimeSpan timeout,
        Action<CellStarted>? progress = null,
        TimeSpan? patience = null,
        CancellationToken cancellation = default)
    {
        await using var kernel = KernelProcess.Start(notebook.Folder);
        return await RunAsync(notebook, kernel, timeout, progress, isLast: true, patience, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs a notebook in an existing kernel that runs nothing else afterwards, and lets its threads finish.</summary>
    /// <inheritdoc cref="RunAsync(Notebook, KernelProcess, TimeSpan, Action{CellStarted}?, CancellationToken)"/>
    public static Task<NotebookResult> RunAndFinishAsync(
        Notebook notebook,
        KernelProcess kernel,
        TimeSpan timeout,
        Action<CellStarted>? progress = null,
        CancellationToken cancellation = default) =>
        RunAsync(notebook, kernel, timeout, progress, isLast: true, patience: null, cancellation);

    /// <summary>Runs a notebook up to the first cell that fails but should not, or that should fail but does not.</summary>
    /// <param name="notebook">The notebook, whose outputs are replaced.</param>
    /// <param name="kernel">The kernel to run it in.</param>
    /// <param name="timeout">How long one cell may take.</param>
    /// <param name="progress">Called when a cell begins.</param>
    /// <param name="cancellation">Ends the run; the outputs so far are in the notebook.</param>
    public static Task<NotebookResult> RunAsync(
        Notebook notebook,
        KernelProcess kernel,
        TimeSpan timeout,
        Action<CellStarted>? progress = null,
        CancellationToken cancellation = default) =>
        RunAsync(notebook, kernel, timeout, progress, isLast: false, patience: null, cancellation);

    private static async Task<NotebookResult> RunAsync(
        Notebook notebook,
        KernelProcess kernel,
        TimeSpan timeout,
        Action<CellStarted>? progress,
        bool isLast,
        TimeSpan? patience,
        CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var cells = notebook.CodeCells.ToList();
        var outputs = cells.Select(_ => new CellOutputs()).ToList();
        TimeSpan? firstCell = null;
        var run = 0;
        // The kernel numbers the cells that it runs, and may have run others before these.
        var firstExecution = kernel.Executions + 1;
        void Add(KernelEvent happened, int place)
        {
            // Events from a thread of an earlier cell belong to that cell.
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
                    const string message = $"The cell is tagged {NotebookCell.MustFailTag} but did not fail.";
                    var missing = new CellError("NoException", message, [message]);
                    outputs[place].Add(new KernelEvent.Failure(null, missing));
                    return await EndAsync(new CellFailure(place + 1, missing)).ConfigureAwait(false);
                }
            }

            return await EndAsync(null).ConfigureAwait(false);
        }
        finally
        {
            // Also after an interrupted run, so that the outputs so far are not lost.
            for (var i = 0; i < cells.Count; i++)
            {
                cells[i].SetOutputs(i < run ? i + 1 : null, i <= run ? outputs[i].ToJson(i + 1) : new JsonArray());
            }
        }
    }
}
