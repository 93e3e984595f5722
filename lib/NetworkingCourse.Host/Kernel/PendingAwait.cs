using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// An <c>await</c> of a cell's that waits. It goes on when what it waits for is done, or, with an exception, when the cell is
/// stopped: whichever is first.
/// </summary>
internal abstract class PendingAwait
{
    private const int Waiting = 0;
    private const int Done = 1;
    private const int Stopped = 2;

    private readonly CellFlow _flow = CellFlow.Current!;
    private Action? _continuation;
    private int _state;

    /// <summary>Whether this thread runs a cell's code, whose awaits can be stopped.</summary>
    public static bool IsPossible => CellFlow.Current is not null;

    public bool MustStop => _flow.MustStop;

    /// <summary>Who brings about what it waits for.</summary>
    public AwaitedWork Work => AwaitedWorks.Of(Awaiter);

    protected abstract object Awaiter { get; }

    /// <summary>Begins to wait.</summary>
    /// <param name="continuation">What follows the <c>await</c>.</param>
    /// <param name="register">Says what is to be called when it is done.</param>
    public void Begin(Action continuation, Action<Action> register)
    {
        _continuation = continuation;
        _flow.Cell.Awaits.Add(this);
        try
        {
            register(Complete);
        }
        catch (ThreadInterruptedException) when (_flow.Cell.IsStopped)
        {
            Stop();
        }

        // The stop may have come before this could be found. What waits for other code of the cell lets that clean up first:
        // it is found by the stop's later steps.
        if (MustStop && (_flow.Cell.CleanUpIsOver || Work == AwaitedWork.Outside))
        {
            Stop();
        }
    }

    /// <summary>Goes on without what it waits for.</summary>
    public void Stop()
    {
        if (Interlocked.CompareExchange(ref _state, Stopped, Waiting) == Waiting)
        {
            // In this order, so that it is never out of sight.
            _flow.Cell.Awaits.BeginToResume();
            _flow.Cell.Awaits.Remove(this);
            ThreadPool.UnsafeQueueUserWorkItem(
                static wait =>
                {
                    wait._continuation!();
                    wait._flow.Cell.Awaits.HasResumed();
                },
                this,
                preferLocal: false);
        }
    }

    /// <summary>On the way out of the <c>await</c>: whether it was stopped.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    [StackTraceHidden]
    public void ThrowIfStopped()
    {
        if (Volatile.Read(ref _state) == Stopped)
        {
            CellThread.Check();
            throw new OperationCanceledException("The cell was stopped.");
        }
    }

    /// <summary>Takes the outcome that the cell no longer waits for: a failure would be reported as unobserved, and a pooled source
    /// never reused.</summary>
    protected abstract void Discard();

    private void Complete()
    {
        if (Interlocked.CompareExchange(ref _state, Done, Waiting) == Waiting)
        {
            _flow.Cell.Awaits.Remove(this);
            _continuation!();
            return;
        }

        try
        {
            Discard();
        }
        catch (Exception)
        {
            // The cell was stopped: how this ended no longer matters.
        }
    }
}

/// <summary>What a cell awaits, so that it can be stopped. The compiler's pattern: its awaiter is itself.</summary>
/// <typeparam name="TAwaiter">The awaiter of what is awaited.</typeparam>
/// <typeparam name="TResult">What it brings.</typeparam>
[StackTraceHidden]
public readonly struct Stoppable<TAwaiter, TResult> : ICriticalNotifyCompletion
    where TAwaiter : INotifyCompletion
    where TResult : allows ref struct
{
    private readonly TAwaiter _awaiter;
    private readonly Func<TAwaiter, TResult> _result;
    private readonly Pending? _pending;

    internal Stoppable(TAwaiter awaiter, bool isCompleted, Func<TAwaiter, TResult> result)
    {
        (_awaiter, _result, IsCompleted) = (awaiter, result, isCompleted);
        _pending = !isCompleted && PendingAwait.IsPossible ? new Pending(awaiter, result) : null;
    }

    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsCompleted { get; }

    /// <summary>Itself.</summary>
    public Stoppable<TAwaiter, TResult> GetAwaiter() => this;

    /// <summary>What the await brings.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped before it was there.</exception>
    public TResult GetResult()
    {
        _pending?.ThrowIfStopped();
        return _result(_awaiter);
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) =>
        Waiting.Begin(_pending, _awaiter, continuation, static (awaiter, act) => awaiter.OnCompleted(act));

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Waiting.Begin(_pending, _awaiter, continuation, Waiting.RegisterUnsafe);

    private sealed class Pending(TAwaiter awaiter, Func<TAwaiter, TResult> result) : PendingAwait
    {
        protected override object Awaiter => awaiter;

        protected override void Discard() => result(awaiter);
    }
}

/// <summary>What a cell awaits that brings nothing, so that it can be stopped.</summary>
/// <inheritdoc cref="Stoppable{TAwaiter, TResult}"/>
[StackTraceHidden]
public readonly struct Stoppable<TAwaiter> : ICriticalNotifyCompletion
    where TAwaiter : INotifyCompletion
{
    private readonly TAwaiter _awaiter;
    private readonly Action<TAwaiter> _result;
    private readonly Pending? _pending;

    internal Stoppable(TAwaiter awaiter, bool isCompleted, Action<TAwaiter> result)
    {
        (_awaiter, _result, IsCompleted) = (awaiter, result, isCompleted);
        _pending = !isCompleted && PendingAwait.IsPossible ? new Pending(awaiter, result) : null;
    }

    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsCompleted { get; }

    /// <summary>Itself.</summary>
    public Stoppable<TAwaiter> GetAwaiter() => this;

    /// <summary>Ends the await.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped before there was an end.</exception>
    public void GetResult()
    {
        _pending?.ThrowIfStopped();
        _result(_awaiter);
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) =>
        Waiting.Begin(_pending, _awaiter, continuation, static (awaiter, act) => awaiter.OnCompleted(act));

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => Waiting.Begin(_pending, _awaiter, continuation, Waiting.RegisterUnsafe);

    private sealed class Pending(TAwaiter awaiter, Action<TAwaiter> result) : PendingAwait
    {
        protected override object Awaiter => awaiter;

        protected override void Discard() => result(awaiter);
    }
}

/// <summary>How both kinds wait.</summary>
file static class Waiting
{
    public static void Begin<TAwaiter>(
        PendingAwait? pending, TAwaiter awaiter, Action continuation, Action<TAwaiter, Action> register)
    {
        if (pending is null)
        {
            register(awaiter, continuation);
        }
        else
        {
            pending.Begin(continuation, act => register(awaiter, act));
        }
    }

    public static void RegisterUnsafe<TAwaiter>(TAwaiter awaiter, Action act)
        where TAwaiter : INotifyCompletion
    {
        if (awaiter is ICriticalNotifyCompletion critical)
        {
            critical.UnsafeOnCompleted(act);
        }
        else
        {
            awaiter.OnCompleted(act);
        }
    }
}
