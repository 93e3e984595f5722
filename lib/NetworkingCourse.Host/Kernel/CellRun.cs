using System.Globalization;

namespace NetworkingCourse.Host.Kernel;

/// <summary>One execution of a cell, from its code to its end.</summary>
internal sealed class CellRun
{
    private readonly CellOrder _order;
    private readonly CellContext _context;
    private readonly Submissions _submissions;
    private readonly CancellationToken _cancellation;
    private readonly CellExecution _execution;
    private readonly TaskCompletionSource<CellError?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Submission? _submission;

    private CellRun(CellOrder order, CellContext context, Submissions submissions, CancellationToken cancellation) =>
        (_order, _context, _submissions, _cancellation, _execution) = (order, context, submissions, cancellation, new CellExecution(context));

    /// <summary>Ends when the cell does; it never fails.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins it, on a thread of its own: a cell that blocks must not take one from the pool that its servers and clients use.</summary>
    public static CellRun Begin(CellOrder order, CellContext context, Submissions submissions, CancellationToken cancellation)
    {
        var run = new CellRun(order, context, submissions, cancellation);
        new Thread(run.Run) { IsBackground = true, Name = SourceName.Of(context.Cell) }.UnsafeStart();
        return run;
    }

    /// <inheritdoc cref="CellExecution.Stop"/>
    public bool Stop() => _execution.Stop();

    /// <summary>How it ended. If it has not, it is left behind, and has no say any more.</summary>
    public CellResult Result()
    {
        if (_ended.TrySetResult(Interruption()))
        {
            _submission?.Settle();
        }

        var error = _ended.Task.Result;
        if (error is not null)
        {
            _context.PublishEnd(new KernelEvent.Failure(_context.Cell, error));
        }

        return new CellResult(_context.Cell, error);
    }

    private void Run()
    {
        CellContext.Current = _context;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        try
        {
            if (Compile() is { } error)
            {
                _ended.TrySetResult(error);
                return;
            }

            _execution.Run(() => _ = StartAsync());
        }
        catch (Exception exception)
        {
            End(exception);
        }
    }

    private CellError? Compile()
    {
        var error = Dialect.Check(_order.Code, _context.Cell, _cancellation) ?? MissingLibrary.Check(_order.Code, _context.Cell, _submissions.References);
        if (error is not null)
        {
            return error;
        }

        _submission = _submissions.Compile(_order.Code, _context.Cell, _cancellation, _order.IsPassing);
        return _submission.Errors.Length > 0 ? CompileErrors.Report(_order.Code, _context.Cell, _submission.Errors) : null;
    }

    // What comes after the await runs inside the execution too: a value that takes for ever to be shown can be stopped.
    private async Task StartAsync()
    {
        Exception? failure = null;
        try
        {
#pragma warning disable CA2007 // the context is what makes it so
            var value = await _submission!.Start();
#pragma warning restore CA2007
            if (_submission.HasValue && value is not DisplayedValue)
            {
                _context.Publish(new KernelEvent.Result(_context.Cell, ValueFormatter.Format(value)));
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // An interruption that comes now must not hit what follows: whoever waits for the end would not hear of it.
        CellExecution.Leave();
        if (failure is null)
        {
            _ended.TrySetResult(null);
        }
        else
        {
            End(failure);
        }
    }

    // A cell that is being stopped fails in many ways, according to what it was doing.
    private void End(Exception exception) => _ended.TrySetResult(_cancellation.IsCancellationRequested ? Interruption() : ExceptionReport.For(exception));

    private static CellError Interruption() => new(CellError.Interrupted, "The cell was interrupted.", ["The cell was interrupted."]);
}
