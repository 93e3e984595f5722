using System.Globalization;

namespace NetworkingCourse.Host.Kernel;

/// <summary>One execution of a cell, from compilation to its end.</summary>
internal sealed class CellRun
{
    private const string Stopped = "The cell was interrupted.";

    private const string IsStillRunning =
        "Part of it is still in a call that cannot be stopped, such as a wait inside the operating system or a long "
        + "computation in a library. "
        + "It ends when that call returns; until then RunningCells.Status() shows it. Restarting the kernel ends it at once.";

    // What .NET gives a thread on Windows and macOS. On Linux it is mostly 8 MB; recursion without end through `await` then takes
    // half a minute to unwind, because each call copies the stack trace of all calls below it.
    private const int StackBytes = 1_536 * 1024;

    private readonly CellOrder _order;
    private readonly CellContext _context;
    private readonly Submissions _submissions;
    private readonly CancellationToken _cancellation;
    private readonly TaskCompletionSource<CellError?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Submission? _submission;

    private CellRun(CellOrder order, CellContext context, Submissions submissions, CancellationToken cancellation) =>
        (_order, _context, _submissions, _cancellation) = (order, context, submissions, cancellation);

    /// <summary>A task that completes when the cell ends. It never faults.</summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Starts the cell on a thread of its own: a cell that blocks must not take a pool thread from its servers and clients.
    /// </summary>
    public static CellRun Begin(CellOrder order, CellContext context, Submissions submissions, CancellationToken cancellation)
    {
        var run = new CellRun(order, context, submissions, cancellation);
        new Thread(run.Run, StackBytes) { IsBackground = true, Name = SourceName.Of(context.Cell) }.UnsafeStart();
        return run;
    }

    /// <inheritdoc cref="CellContext.StopAndWait"/>
    public void Stop() => _context.StopAndWait(() => _ended.Task.IsCompleted);

    /// <summary>The outcome of the run. A cell that has not ended is abandoned, and can no longer change it.</summary>
    public CellResult Result()
    {
        if (_ended.TrySetResult(Interruption()))
        {
            _submission?.Settle();
        }

        var error = _ended.Task.Result;
        if (error is not null)
        {
            var goesOn = _context is { IsStopped: true, IsStillRunning: true };
            error = goesOn ? error with { Traceback = [.. error.Traceback, IsStillRunning] } : error;
            _context.PublishEnd(new KernelEvent.Failure(_context.Cell, error));
        }

        return new CellResult(_context.Cell, error);
    }

    private void Run()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        try
        {
            if (Compile() is { } error)
            {
                _ended.TrySetResult(error);
                return;
            }

            _ = StartAsync();
        }
        catch (Exception exception)
        {
            End(exception);
        }
    }

    private CellError? Compile()
    {
        var error = Dialect.Check(_order.Code, _context.Cell, _cancellation)
            ?? MissingLibrary.Check(_order.Code, _context.Cell, _submissions.References);
        if (error is not null)
        {
            return error;
        }

        _submission = _submissions.Compile(_order.Code, _context.Cell, _cancellation, _order.IsPassing);
        if (!_submission.Compiles)
        {
            // The compiler reports a stop that arrives while it writes documentation as an error of its own, CS1569.
            _cancellation.ThrowIfCancellationRequested();
            return CompilerReport.Errors(_submission.Found);
        }

        if (CompilerReport.Warnings(_submission.Found) is { Length: > 0 } warnings)
        {
            _context.Publish(new KernelEvent.Stream(_context.Cell, IsError: true, warnings));
        }

        return null;
    }

    // Formatting the value is part of the cell, so that it can be stopped if it never ends.
    private async Task StartAsync()
    {
        Exception? failure = null;
        CellFlow.Current = _context.Code;
        try
        {
            CellThread.Check();
            var value = await _submission!.Start().ConfigureAwait(false);
            if (_submission.HasValue && value is not (DisplayedValue or Microsoft.DotNet.Interactive.Formatting.DisplayedValue))
            {
                _context.Publish(new KernelEvent.Result(_context.Cell, ValueFormatter.Format(value)));
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // The rest is the kernel's own work.
        CellFlow.Current = null;
        if (failure is null)
        {
            _ended.TrySetResult(null);
        }
        else
        {
            End(failure);
        }
    }

    private void End(Exception exception) => _ended.TrySetResult(
        _cancellation.IsCancellationRequested || _context.IsStopped ? Interruption(exception) : ExceptionReport.For(exception));

    /// <summary>
    /// The error of a stopped cell. Only a few exceptions are the effect of a stop; any other is an error in the cell's clean-up.
    /// </summary>
    private static CellError Interruption(Exception? end = null)
    {
        for (var cause = end; cause is not null; cause = cause.InnerException)
        {
            if (cause is OperationCanceledException or ThreadInterruptedException)
            {
                end = null;
            }
        }

        return new CellError(
            CellError.Interrupted,
            Stopped,
            end is null ? [Stopped] : [Stopped, "Then its clean-up failed:", .. ExceptionReport.For(end).Traceback]);
    }
}
