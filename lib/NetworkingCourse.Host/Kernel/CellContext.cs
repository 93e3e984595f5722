using System.Diagnostics;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// A cell as the code that belongs to it sees it: where what it puts out goes, and whether it was stopped. It outlives the cell's
/// end as long as threads, tasks and timers of the cell do.
/// </summary>
internal sealed class CellContext
{
    /// <summary>How long a cell that was stopped may take to end before it is left behind.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>How long it may take if it cleans up.</summary>
    private static readonly TimeSpan GraceToCleanUp = TimeSpan.FromSeconds(5);

    private readonly Action<KernelEvent> _events;
    private readonly Lock _publishing;
    private readonly AskForLine? _ask;
    private CancellationTokenSource? _stopping;
    private volatile bool _isStopped;
    private volatile bool _cleanUpIsOver;
    private int _cleanUps;
    private int _handingOn;

    /// <param name="cell">The number of the execution.</param>
    /// <param name="events">Told what the cell does.</param>
    /// <param name="publishing">Held while an event is handed on.</param>
    /// <param name="ask">Answers the cell when it reads from the console; null where no one can be asked.</param>
    public CellContext(int cell, Action<KernelEvent> events, Lock publishing, AskForLine? ask = null)
    {
        (Cell, _events, _publishing, _ask) = (cell, events, publishing, ask);
        Code = new CellFlow(this, isCleanUp: false);
        CleanUp = new CellFlow(this, isCleanUp: true);
    }

    /// <summary>The cell whose code runs on this thread; null if none does.</summary>
    public static CellContext? Current => CellFlow.Current?.Cell;

    public int Cell { get; }

    /// <summary>The flow of the cell's code.</summary>
    public CellFlow Code { get; }

    /// <summary>The flow of what the cell does to clean up.</summary>
    public CellFlow CleanUp { get; }

    /// <summary>The awaits of the cell that wait at present.</summary>
    public PendingAwaits Awaits { get; } = new();

    public DateTime Begun { get; } = DateTime.Now;

    /// <summary>Whether the cell was stopped, and with it what it has begun.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>Whether the time to clean up after a stop has run out.</summary>
    public bool CleanUpIsOver => _cleanUpIsOver;

    /// <summary>Whether any code of the cell is cleaning up.</summary>
    public bool IsCleaningUp => Volatile.Read(ref _cleanUps) > 0;

    /// <summary>Whether code of the cell runs on another thread, or waits in an <c>await</c>.</summary>
    public bool IsStillRunning => Awaits.Count > 0 || IsMoving;

    /// <summary>Cancelled when the cell is stopped.</summary>
    public CancellationToken Stopping
    {
        get
        {
            var source = LazyInitializer.EnsureInitialized(ref _stopping);
            return _isStopped ? new CancellationToken(canceled: true) : source.Token;
        }
    }

    public bool IsOfSameKernel(CellContext other) => other._publishing == _publishing;

    public void BeginCleanUp() => Interlocked.Increment(ref _cleanUps);

    public void FinishCleanUp() => Interlocked.Decrement(ref _cleanUps);

    /// <summary>
    /// Hands an event on, one at a time, from whatever thread it comes. Of a stopped cell nothing is heard any more.
    /// </summary>
    /// <exception cref="OperationCanceledException">The cell was stopped, and its code, which does not clean up, ends
    /// here.</exception>
    public void Publish(KernelEvent happened)
    {
        if (!_isStopped)
        {
            HandOn(happened);
        }

        if (_isStopped && Current == this)
        {
            CellThread.CheckOnce();
        }
    }

    /// <summary>Says how the cell failed, which is the last that is said of it.</summary>
    public void PublishEnd(KernelEvent.Failure failure) => HandOn(failure);

    /// <summary>Asks the person in front of the notebook for a line. Blocks until it is there.</summary>
    /// <param name="prompt">What the person is told.</param>
    /// <param name="isPassword">Whether what is typed is hidden.</param>
    /// <returns>The line; null where no front end can be asked.</returns>
    public string? ReadLine(string prompt = "", bool isPassword = false) =>
        _ask is null || _isStopped ? null : AsKernel(() => _ask(prompt, isPassword));

    /// <summary>
    /// Stops the cell and what it has begun, and waits until all of that has cleaned up and ended. What takes too long to clean
    /// up is stopped again; what does not end then is left behind.
    /// </summary>
    /// <param name="hasEnded">Whether the cell itself has.</param>
    public void StopAndWait(Func<bool>? hasEnded = null)
    {
        var begun = Stopwatch.GetTimestamp();
        var since = begun;
        _isStopped = true;
        // Not on this thread: what has asked to be told may be the cell's code, and take its time.
        _ = Volatile.Read(ref _stopping)?.CancelAsync();
        CellThread.Stop(this);
        // What waits for other code of the cell goes on after that has cleaned up, so it is stopped only if that does not end.
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

        // How long a slow front end takes to hear what was printed is not the cell's time.
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

    // Whether anything of it runs, or is about to.
    private bool IsMoving =>
        Awaits.IsAnyResuming || IsCleaningUp || CellThread.CountOf(this) > 0 || Volatile.Read(ref _handingOn) > 0;

    private void StopAwaits(AwaitedWork upTo)
    {
        foreach (var wait in Awaits.ToArray().Where(wait => wait.MustStop && wait.Work <= upTo))
        {
            wait.Stop();
        }
    }

    private void HandOn(KernelEvent happened)
    {
        // The thread leaves the cell's code for as long as this takes, and is about to go on with it.
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

    // What the kernel itself does on a cell's thread is no part of the cell: it is not interrupted, and what it prints is its
    // own.
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

/// <summary>Asks for a line of input, and waits for it.</summary>
/// <param name="prompt">What the person is told.</param>
/// <param name="isPassword">Whether what is typed is hidden.</param>
internal delegate string? AskForLine(string prompt, bool isPassword);
