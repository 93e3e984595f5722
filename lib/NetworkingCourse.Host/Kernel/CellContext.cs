using System.Diagnostics;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The context of a cell's code: where its output goes, and whether the cell was stopped. It outlives the cell for as long as
/// the cell's threads, tasks and timers do.
/// </summary>
internal sealed class CellContext
{
    /// <summary>How long a stopped cell may take to end before it is abandoned.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a stopped cell may take to end if it is cleaning up.</summary>
    private static readonly TimeSpan GraceToCleanUp = TimeSpan.FromSeconds(5);

    private readonly Action<KernelEvent> _events;
    private readonly Lock _publishing;
    private readonly AskForLine? _ask;
    private CancellationTokenSource? _stopping;
    private volatile bool _isStopped;
    private volatile bool _cleanUpIsOver;
    private int _cleanUps;
    private int _handingOn;

    /// <param name="cell">The execution number.</param>
    /// <param name="events">Receives the cell's events.</param>
    /// <param name="publishing">Held while an event is delivered.</param>
    /// <param name="ask">Supplies a line when the cell reads from the console; null if no user can be asked.</param>
    public CellContext(int cell, Action<KernelEvent> events, Lock publishing, AskForLine? ask = null)
    {
        (Cell, _events, _publishing, _ask) = (cell, events, publishing, ask);
        Code = new CellFlow(this, isCleanUp: false);
        CleanUp = new CellFlow(this, isCleanUp: true);
    }

    /// <summary>The cell whose code runs on this thread, or null.</summary>
    public static CellContext? Current => CellFlow.Current?.Cell;

    public int Cell { get; }

    /// <summary>The flow of the cell's ordinary code.</summary>
    public CellFlow Code { get; }

    /// <summary>The flow of the cell's clean-up code.</summary>
    public CellFlow CleanUp { get; }

    /// <summary>The cell's pending awaits.</summary>
    public PendingAwaits Awaits { get; } = new();

    public DateTime Begun { get; } = DateTime.Now;

    /// <summary>Whether the cell was stopped, and with it all work that it started.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Whether the time for clean-up after a stop has run out.</summary>
    public bool CleanUpIsOver => _cleanUpIsOver;

    /// <summary>Whether any code of the cell is cleaning up.</summary>
    public bool IsCleaningUp => Volatile.Read(ref _cleanUps) > 0;

    /// <summary>Whether code of the cell is running on another thread or waiting in an <c>await</c>.</summary>
    public bool IsStillRunning => Awaits.Count > 0 || IsMoving;

    /// <summary>A token that is cancelled when the cell is stopped.</summary>
    public CancellationToken Stopping
    {
        get
        {
            var source = LazyInitializer.EnsureInitialized(ref _stopping);
            return _isStopped ? new CancellationToken(canceled: true) : source.Token;
        }
    }

    /// <summary>A part of the cell that can be stopped without the rest. Its output is the cell's.</summary>
    public CellContext Part() => new(Cell, _events, _publishing, _ask);

    public bool IsOfSameKernel(CellContext other) => other._publishing == _publishing;

    public void BeginCleanUp() => Interlocked.Increment(ref _cleanUps);

    public void FinishCleanUp() => Interlocked.Decrement(ref _cleanUps);

    /// <summary>
    /// Delivers events from any thread, one at a time. Events of a stopped cell are dropped.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// The cell was stopped, and the calling code, which is not clean-up, ends here.
    /// </exception>
    public void Publish(KernelEvent happened)
    {
        if (!_isStopped)
        {
            Dispatch(happened);
        }

        if (_isStopped && Current == this)
        {
            CellThread.CheckOnce();
        }
    }

    /// <summary>Reports how the cell failed, as its last event.</summary>
    public void PublishEnd(KernelEvent.Failure failure) => Dispatch(failure);

    /// <summary>Asks the user for a line of input, and blocks until it arrives.</summary>
    /// <param name="prompt">The prompt shown to the user.</param>
    /// <param name="isPassword">Whether the input is hidden.</param>
    /// <returns>The line, or null if no front end can be asked.</returns>
    public string? ReadLine(string prompt = "", bool isPassword = false) =>
        _ask is null || _isStopped ? null : AsKernel(() => _ask(prompt, isPassword));

    /// <summary>
    /// Stops the cell and all work that it started, and waits until everything has cleaned up and ended. Code that takes too
    /// long to clean up is stopped again; code that still does not end is abandoned.
    /// </summary>
    /// <param name="hasEnded">Tells whether the cell itself has ended.</param>
    public void StopAndWait(Func<bool>? hasEnded = null)
    {
        var begun = Stopwatch.GetTimestamp();
        var since = begun;
        _isStopped = true;
        // Not on this thread: the callbacks may be the cell's own code, and slow.
        _ = Volatile.Read(ref _stopping)?.CancelAsync();
        CellThread.Stop(this);
        // An await on other cell code resumes once that code has cleaned up, so it is stopped only if that code does not end.
        foreach (var work in Enum.GetValues<AwaitedWork>())
        {
            StopAwaits(work);
            SpinWait.SpinUntil(() => IsOver() || !IsMoving || HasHadItsTime());
        }

        if (!IsOver())
        {
            _cleanUpIsOver = true;
            CellThread.Stop(this);
            StopAwaits(AwaitedWork.OfCells);
            SpinWait.SpinUntil(IsOver, Grace);
        }

        bool IsOver() => hasEnded?.Invoke() != false && !IsStillRunning;

        // The time that a slow front end takes to receive output does not count against the cell.
        bool HasHadItsTime()
        {
            if (Volatile.Read(ref _handingOn) > 0)
            {
                since = Stopwatch.GetTimestamp();
            }

            var isLate = Stopwatch.GetElapsedTime(begun) > GraceToCleanUp;
            return isLate || (!IsCleaningUp && Stopwatch.GetElapsedTime(since) > Grace);
        }
    }

    // Whether any of the cell's code runs or is about to.
    private bool IsMoving =>
        Awaits.IsAnyResuming || IsCleaningUp || CellThread.CountOf(this) > 0 || Volatile.Read(ref _handingOn) > 0;

    private void StopAwaits(AwaitedWork upTo)
    {
        foreach (var wait in Awaits.ToArray().Where(wait => wait.MustStop && wait.Work <= upTo))
        {
            wait.Stop();
        }
    }

    private void Dispatch(KernelEvent happened)
    {
        // The thread leaves the cell's code for the duration of this call, and then returns to it.
        Interlocked.Increment(ref _handingOn);
        try
        {
            AsKernel(() =>
            {
                lock (_publishing)
                {
                    _events(happened);
                }

                return 0;
            });
        }
        finally
        {
            Interlocked.Decrement(ref _handingOn);
        }
    }

    // The kernel's own work on a cell's thread is not part of the cell: it is not interrupted, and its output is not the cell's.
    private static T AsKernel<T>(Func<T> work)
    {
        var flow = CellFlow.Current;
        CellFlow.Current = null;
        try
        {
            return work();
        }
        finally
        {
            CellFlow.Current = flow;
        }
    }
}

/// <summary>Asks the user for a line of input and waits for it.</summary>
/// <param name="prompt">The prompt shown to the user.</param>
/// <param name="isPassword">Whether the input is hidden.</param>
internal delegate string? AskForLine(string prompt, bool isPassword);
