using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// A pending <c>await</c> of a cell. It resumes when the awaited operation completes or, with an exception, when the cell is
/// stopped, whichever comes first.
/// </summary>
internal abstract class PendingAwait
{
    private const int Waiting = 0;
    private const int Done = 1;
    private const int Stopped = 2;

    private readonly CellFlow _flow = CellFlow.Current!;
    private Action? _continuation;
    private int _state;

    /// <summary>Whether this thread runs cell code, whose awaits can be stopped.</summary>
    public static bool IsPossible => CellFlow.Current is not null;

    public bool MustStop => _flow.MustStop;

    /// <summary>The origin of the awaited work.</summary>
    public AwaitedWork Work => AwaitedWorks.Of(Awaiter);

    protected abstract object Awaiter { get; }

    /// <summary>Starts waiting.</summary>
    /// <param name="continuation">The code after the <c>await</c>.</param>
    /// <param name="register">Registers a callback for the completion of the awaited operation.</param>
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

        // The stop may have come before this await was registered. An await on other cell code lets that code clean up first:
        // later steps of the stop will find it.
        if (MustStop && (_flow.Cell.CleanUpIsOver || Work == AwaitedWork.Outside))
        {
            Stop();
        }
    }

    /// <summary>Resumes without waiting any longer.</summary>
    public void Stop()
    {
        if (Interlocked.CompareExchange(ref _state, Stopped, Waiting) == Waiting)
        {
            // In this order, so that the await is always counted somewhere.
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

    /// <summary>Checks, when the <c>await</c> resumes, whether it was stopped.</summary>
    /// <exception cref="OperationCanceledException">The <c>await</c> was stopped.</exception>
    [StackTraceHidden]
    public void ThrowIfStopped()
    {
        if (Volatile.Read(ref _state) == Stopped)
        {
            CellThread.Check();
            throw new OperationCanceledException("The cell was stopped.");
        }
    }

    /// <summary>
    /// Consumes an outcome that the cell no longer waits for. Otherwise a failure would be reported as unobserved, and a pooled
    /// source would never be reused.
    /// </summary>
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
            // The cell was stopped: the outcome no longer matters.
        }
    }
}

/// <summary>Makes an <c>await</c> stoppable. It follows the compiler's awaiter pattern, and is its own awaiter.</summary>
/// <typeparam name="TAwaiter">The type of the original awaiter.</typeparam>
/// <typeparam name="TResult">The type of the result.</typeparam>
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

    /// <summary>Returns this instance.</summary>
    public Stoppable<TAwaiter, TResult> GetAwaiter() => this;

    /// <summary>Ends the await and returns its result.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped before the result was available.</exception>
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

/// <summary>Makes an <c>await</c> without a result stoppable.</summary>
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

    /// <summary>Returns this instance.</summary>
    public Stoppable<TAwaiter> GetAwaiter() => this;

    /// <summary>Ends the await.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped before the operation completed.</exception>
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

/// <summary>The waiting that both variants share.</summary>
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
