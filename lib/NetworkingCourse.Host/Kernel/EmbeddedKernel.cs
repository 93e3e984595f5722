namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// A C# notebook kernel inside this process: cells in, events out. Cells run one after another and share their variables. A cell
/// that fails leaves everything before it as it was.
/// </summary>
internal sealed class EmbeddedKernel : IDisposable
{
    /// <summary>
    /// The environment variable that is 0 in the process of a kernel. Otherwise the runtime compiles code first so that it counts
    /// its own branches. That costs more than it saves in a notebook, which runs most of its code only briefly.
    /// </summary>
    public const string ProfileGuided = "DOTNET_TieredPGO";

    private readonly string _folder;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Lock _publishing = new();
    private readonly Action<string>? _accepted;
    private Submissions? _submissions;
    private CellContext? _latest;
    private int _executions;
    private bool _disposed;

    /// <param name="workingDirectory">The notebook's folder, the base of relative paths in <c>#r</c>.</param>
    /// <param name="accepted">Called with the code of each cell whose declarations later cells see.</param>
    public EmbeddedKernel(string workingDirectory, Action<string>? accepted = null)
    {
        _folder = Path.GetFullPath(workingDirectory);
        _accepted = accepted;
        CellConsole.Install();
        CellDisplays.Install();
        PartOfCell.Offer();
        CellLoadContext.Offer();
        BackgroundExceptions.Watch(this);
    }

    /// <summary>The number of the latest execution that counts.</summary>
    public int Executions => _executions;

    /// <summary>Whether stop points could be inserted into the latest cell that compiled.</summary>
    internal bool IsStoppable => _submissions?.IsStoppable ?? true;

    /// <summary>
    /// Runs one cell. <paramref name="events"/> is called from any thread, one event at a time, and continues to be called for
    /// work that the cell left running. Cancelling stops the cell: see <see cref="CellRun.Stop"/>.
    /// </summary>
    public async Task<CellResult> ExecuteAsync(string code, Action<KernelEvent> events, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var run = Begin(new CellOrder(code), events, cancellation);
            await run.Ended.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!run.Ended.IsCompleted)
            {
                await Task.Factory
                    .StartNew(run.Stop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                    .ConfigureAwait(false);
            }

            return run.Result();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Runs one cell and blocks until it has ended, for callers that must keep going whatever cells do to the thread pool.
    /// </summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public CellResult Execute(CellOrder order, Action<KernelEvent> events, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _oneAtATime.Wait(CancellationToken.None);
        try
        {
            var run = Begin(order, events, cancellation);
            try
            {
                run.Ended.Wait(cancellation);
            }
            catch (OperationCanceledException)
            {
                run.Stop();
            }

            return run.Result();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Loads what the first cell will need, by compiling and formatting something that leaves no trace. This is for a kernel that
    /// is idle before its first cell; a cell that arrives in the meantime waits. Two compilations at the same time would each
    /// create their own symbols for the same assemblies, and a later cell's types would differ from those of the cell before.
    /// </summary>
    public void MakeReady()
    {
        _oneAtATime.Wait(CancellationToken.None);
        try
        {
            if (_submissions is null)
            {
                _submissions = NewChain();
                _ = _submissions.Compile("System.Console.Write(1); 1", 0, CancellationToken.None);
                _ = ValueFormatter.Format(1);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
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

    /// <summary>Reports an event that belongs to no known cell to the receiver of the latest cell's events.</summary>
    internal void PublishUnattributed(KernelEvent happened) => _latest?.Publish(happened);

    private CellRun Begin(CellOrder order, Action<KernelEvent> events, CancellationToken cancellation)
    {
        CellConsole.Restore();
        CellThread.Prune();
        var number = order.Counts ? ++_executions : _executions;
        var context = new CellContext(number, happened => Forward(happened, events), _publishing, order.Ask);
        _latest = context;
        CellHelpers.RunningCells.Add(context);
        _submissions ??= NewChain();
        return CellRun.Begin(order, context, _submissions, cancellation);
    }

    private Submissions NewChain() => new(_folder) { Accepted = _accepted };

    private void Forward(KernelEvent happened, Action<KernelEvent> events)
    {
        if (!_disposed)
        {
            events(happened);
        }
    }
}
