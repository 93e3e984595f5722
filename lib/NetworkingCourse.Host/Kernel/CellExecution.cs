using System.Runtime;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// Runs a cell's own code so that it can be stopped wherever it is. Code that computes is aborted; code that waits in the runtime (sleeps,
/// locks, tasks) is woken; code that awaits is not resumed any more, because what follows an <c>await</c> comes back here first. Only a
/// call that waits inside the operating system cannot be reached: it is left behind, and ends when it returns.
/// </summary>
internal sealed class CellExecution : SynchronizationContext
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Thread, CancellationTokenSource> _inside = [];
    private volatile bool _stopped;

    /// <summary>Runs code on this thread.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(Action code)
    {
        // Never the caller's own token, which may be one that cannot be cancelled: given such a one, the runtime (10.0) does not return.
        // It is not disposed: whoever aborts may still hold it, and without a timer it has nothing to give back.
        var abort = new CancellationTokenSource();
        if (!Enter(abort))
        {
            throw new OperationCanceledException();
        }

        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
#pragma warning disable SYSLIB0046 // Aborting may leave the learner's own objects half changed. A loop that never ends would take the kernel with it.
            ControlledExecution.Run(code, abort.Token);
#pragma warning restore SYSLIB0046
        }
        finally
        {
            SetSynchronizationContext(outer);
            Leave();
        }
    }

    /// <summary>Stops what runs, and lets nothing run any more. Returns at once.</summary>
    /// <returns>Whether anything runs. If not, the cell awaits something, and never will have it.</returns>
    public bool Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            foreach (var (thread, abort) in _inside)
            {
                // Whoever aborts a thread that waits is blocked until it no longer does.
                new Thread(abort.Cancel) { IsBackground = true, Name = "stop" }.UnsafeStart();
                thread.Interrupt();
            }

            return _inside.Count > 0;
        }
    }

    /// <summary>What follows an <c>await</c>: on the thread pool, as without this context, in any order and at the same time.</summary>
    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(
        static item =>
        {
            try
            {
                item.Execution.Run(() => item.Callback(item.State));
            }
            catch (Exception stopped) when (item.Execution._stopped && stopped is OperationCanceledException or ThreadInterruptedException)
            {
                // Nobody waits for it any more.
            }
        },
        (Execution: this, Callback: d, State: state),
        preferLocal: true);

    public override SynchronizationContext CreateCopy() => this;

    private bool Enter(CancellationTokenSource abort)
    {
        lock (_gate)
        {
            return !_stopped && _inside.TryAdd(Thread.CurrentThread, abort);
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _inside.Remove(Thread.CurrentThread);
        }

        if (_stopped)
        {
            TakeBackInterrupt();
        }
    }

    /// <summary>A thread that was interrupted while it did not wait would fail at its next wait, which may be another's.</summary>
    private static void TakeBackInterrupt()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            // This was it.
        }
    }
}
