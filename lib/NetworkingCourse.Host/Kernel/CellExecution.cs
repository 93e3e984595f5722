namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Runs a cell's own code so that it can be stopped wherever it is. Code that computes stops at its next statement (see
/// <see cref="StopPoints"/>); code that waits in the runtime, for time, a lock or a task, is woken; code that awaits is not resumed any more,
/// because what follows an <c>await</c> comes back here first. Only a call that waits inside the operating system cannot be reached: it is
/// left behind, and its cell stops when it returns.
/// </summary>
/// <remarks>
/// The runtime has a way to abort a thread in the middle of whatever it does (<c>ControlledExecution</c>). It is not taken: on Linux, in
/// .NET 10, about one abort in a hundred of code that allocates or locks ends the process, and the learner's variables with it.
/// </remarks>
/// <param name="context">The cell.</param>
internal sealed class CellExecution(CellContext context) : SynchronizationContext
{
    /// <summary>This thread's stay in a cell's code.</summary>
    [ThreadStatic]
    private static Stay? _current;

    private readonly Lock _gate = new();
    private readonly HashSet<Stay> _stays = [];

    /// <summary>Runs code on this thread.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(Action code)
    {
        var (outer, outerStay) = (Current, _current);
        var stay = Begin();
        SetSynchronizationContext(this);
        _current = stay;
        try
        {
            code();
        }
        finally
        {
            _current = outerStay;
            SetSynchronizationContext(outer);
            End(stay);
        }
    }

    /// <summary>Stops what runs, and lets nothing run any more. Returns at once.</summary>
    /// <returns>Whether anything runs. If not, the cell awaits something, and never will have it.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            context.Stop();
            foreach (var stay in _stays)
            {
                stay.Interrupt();
            }

            return _stays.Count > 0;
        }
    }

    /// <summary>Does the kernel's own work on a thread that may be a cell's: it is not interrupted in the middle of it.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped.</exception>
    public static void Uninterrupted(Action work)
    {
        var stay = _current;
        stay?.EnterKernel();
        try
        {
            work();
        }
        finally
        {
            stay?.LeaveKernel();
        }
    }

    /// <summary>Says that what this thread does from here on is the kernel's own, and not interrupted: the cell's code is done.</summary>
    public static void Leave() => _current?.TakeBackInterrupt();

    /// <summary>What follows an <c>await</c>: on the thread pool, as without this context, in any order and at the same time.</summary>
    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(
        static item =>
        {
            try
            {
                item.Execution.Run(() => item.Callback(item.State));
            }
            catch (Exception stopped) when (item.Execution.IsStopped && stopped is OperationCanceledException or ThreadInterruptedException)
            {
                // Nobody waits for it any more.
            }
        },
        (Execution: this, Callback: d, State: state),
        preferLocal: true);

    public override SynchronizationContext CreateCopy() => this;

    private bool IsStopped => context.IsStopped;

    private Stay Begin()
    {
        lock (_gate)
        {
            context.ThrowIfStopped();
            var stay = new Stay(context, Thread.CurrentThread);
            _stays.Add(stay);
            return stay;
        }
    }

    private void End(Stay stay)
    {
        // An interruption that came while nothing was waited for would otherwise be in the way here, and after this.
        stay.TakeBackInterrupt();
        lock (_gate)
        {
            _stays.Remove(stay);
        }
    }

    /// <summary>A thread while it runs a cell's code.</summary>
    private sealed class Stay(CellContext context, Thread thread)
    {
        private readonly Lock _gate = new();
        private bool _isInKernel;
        private bool _isOver;

        public void EnterKernel()
        {
            lock (_gate)
            {
                context.ThrowIfStopped();
                _isInKernel = true;
            }
        }

        public void LeaveKernel()
        {
            lock (_gate)
            {
                _isInKernel = false;
            }

            context.ThrowIfStopped();
        }

        public void Interrupt()
        {
            lock (_gate)
            {
                if (!_isInKernel && !_isOver)
                {
                    thread.Interrupt();
                }
            }
        }

        public void TakeBackInterrupt()
        {
            for (var isBack = false; !isBack;)
            {
                try
                {
                    lock (_gate)
                    {
                        _isOver = true;
                    }

                    if (context.IsStopped)
                    {
                        Thread.Sleep(1);
                    }

                    isBack = true;
                }
                catch (ThreadInterruptedException)
                {
                    // This was it.
                }
            }
        }
    }
}
