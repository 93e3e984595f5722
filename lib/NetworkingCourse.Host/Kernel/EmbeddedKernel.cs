using System.Globalization;
using System.Runtime;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// A C# notebook kernel inside this process: cells in, events out. Cells run one after the other and share their variables;
/// a cell that fails leaves everything before it as it was.
/// </summary>
internal sealed class EmbeddedKernel : IDisposable
{
    /// <summary>How long a cell that was cancelled may take to end by itself before the kernel no longer waits for it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private readonly string _folder;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Lock _publishing = new();
    private Submissions? _submissions;
    private CellContext? _latest;
    private int _executions;
    private bool _disposed;

    /// <param name="workingDirectory">The notebook's folder, which relative paths in <c>#r</c> start from.</param>
    public EmbeddedKernel(string workingDirectory)
    {
        _folder = Path.GetFullPath(workingDirectory);
        CellConsole.Install();
        BackgroundExceptions.Watch(this);
    }

    /// <summary>
    /// Runs one cell. <paramref name="events"/> is called from any thread, one event at a time, and goes on being called
    /// for what the cell left running. Cancelling aborts code that computes; code that waits is left behind.
    /// </summary>
    public async Task<CellResult> ExecuteAsync(string code, Action<KernelEvent> events, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var context = new CellContext(++_executions, happened => Forward(happened, events), _publishing);
            _latest = context;
            // A thread of its own: a cell that blocks must not take one from the pool that its servers and clients use.
            var running = Task.Factory.StartNew(
                () => RunAsync(code, context, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            var error = await UntilCancelledAsync(running, cancellation).ConfigureAwait(false);
            if (error is not null)
            {
                context.Publish(new KernelEvent.Failure(context.Cell, error));
            }

            return new CellResult(context.Cell, error);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Loads and compiles what the first cell will want, by compiling something and writing something, neither of which leaves a trace. For a
    /// kernel that has time before its first cell comes.
    /// </summary>
    public void MakeReady()
    {
        _ = new Submissions(_folder).Compile("System.Console.Write(1); 1", 0, CancellationToken.None);
        _ = ValueFormatter.Format(1);
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            BackgroundExceptions.Unwatch(this);
            CellConsole.Uninstall();
        }
    }

    /// <summary>Reports what no cell can be named for, where the latest cell's events go.</summary>
    internal void PublishUnattributed(KernelEvent happened) => _latest?.Publish(happened);

    private void Forward(KernelEvent happened, Action<KernelEvent> events)
    {
        if (!_disposed)
        {
            events(happened);
        }
    }

    private async Task<CellError?> RunAsync(string code, CellContext context, CancellationToken cancellation)
    {
        CellContext.Current = context;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        try
        {
            _submissions ??= new Submissions(_folder);
            var error = Dialect.Check(code, context.Cell, cancellation) ?? MissingLibrary.Check(code, context.Cell, _submissions.References);
            if (error is not null)
            {
                return error;
            }

            var submission = _submissions.Compile(code, context.Cell, cancellation);
            if (submission.Errors.Length > 0)
            {
                return CompileErrors.Report(code, context.Cell, submission.Errors);
            }

            var value = await Start(submission, cancellation).ConfigureAwait(false);
            if (submission.HasValue && value is not DisplayedValue)
            {
                context.Publish(new KernelEvent.Result(context.Cell, ValueFormatter.Format(value)));
            }

            return null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Interruption();
        }
        catch (Exception e)
        {
            return ExceptionReport.For(e);
        }
    }

    private static Task<object?> Start(Submission submission, CancellationToken cancellation)
    {
        Task<object?>? started = null;
        // Never the caller's own token, which may be one that cannot be cancelled: given such a one, the runtime (10.0) does not return.
        // And aborting a thread that sleeps blocks whoever asks for it, which must not be the one who cancels.
        using var abort = new CancellationTokenSource();
        using var asked = cancellation.UnsafeRegister(static abort => ThreadPool.UnsafeQueueUserWorkItem(AbortCell, abort), abort);
#pragma warning disable SYSLIB0046 // Aborting may leave the learner's own objects half changed. A loop that never ends would take the kernel with it.
        ControlledExecution.Run(() => started = submission.Start(), abort.Token);
#pragma warning restore SYSLIB0046
        return started!;
    }

    private static void AbortCell(object? abort)
    {
        try
        {
            ((CancellationTokenSource)abort!).Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cell has ended meanwhile.
        }
    }

    private static async Task<CellError?> UntilCancelledAsync(Task<CellError?> running, CancellationToken cancellation)
    {
        try
        {
            return await running.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            var first = await Task.WhenAny(running, Task.Delay(Grace, CancellationToken.None)).ConfigureAwait(false);
            return first == running ? await running.ConfigureAwait(false) : Interruption();
        }
    }

    private static CellError Interruption() => new(CellError.Interrupted, "The cell was interrupted.", ["The cell was interrupted."]);
}
