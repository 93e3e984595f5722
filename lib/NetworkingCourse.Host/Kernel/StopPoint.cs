using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.Host.Kernel;

/// <summary>
/// The methods whose calls the kernel inserts into cells so that they can be stopped (see <see cref="StopPoints"/>). Not for
/// cells to call.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[StackTraceHidden]
public static class StopPoint
{
    /// <summary>Returns, unless the cell that the caller belongs to was stopped.</summary>
    /// <exception cref="OperationCanceledException">The cell was stopped.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pass()
    {
        if (CellThread.AnyInStopped)
        {
            CellThread.Check();
        }
    }

    /// <summary>
    /// Does the same at the beginning of a function. Recursion without end would overflow the stack and end the process. Clean-up
    /// code is left alone: it runs while the stack is still full.
    /// </summary>
    /// <exception cref="InsufficientExecutionStackException">The stack is nearly full.</exception>
    public static void Enter()
    {
        Pass();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() && CellFlow.Current is not { IsCleanUp: true })
        {
            throw new InsufficientExecutionStackException(
                "The stack is full: too many calls are under way. Does a method call itself without end?");
        }
    }

    /// <summary>Does the same as <see cref="Pass()"/> in an expression, and returns its value.</summary>
    public static T Pass<T>(T value)
    {
        Pass();
        return value;
    }

    /// <summary>Marks the code until the mark's disposal as clean-up, which a stop does not cut short.</summary>
    public static CleanUp CleanUp() => Kernel.CleanUp.Begin();

    /// <summary>Surrounds a <c>using</c>, so that disposing of its resource is marked as clean-up.</summary>
    public static CleanUpOfUsing Using() => new();

    /// <summary>Makes awaiting a task stoppable.</summary>
    public static Stoppable<TaskAwaiter> Await(Task task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <inheritdoc cref="Await(Task)"/>
    public static Stoppable<TaskAwaiter<T>, T> Await<T>(Task<T> task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <inheritdoc cref="Await(Task)"/>
    public static Stoppable<ValueTaskAwaiter> Await(ValueTask task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <inheritdoc cref="Await(Task)"/>
    public static Stoppable<ValueTaskAwaiter<T>, T> Await<T>(ValueTask<T> task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <inheritdoc cref="Await(Task)"/>
    public static Stoppable<ConfiguredTaskAwaitable.ConfiguredTaskAwaiter> Await(ConfiguredTaskAwaitable task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <inheritdoc cref="Await(Task)"/>
    public static Stoppable<ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter, T> Await<T>(ConfiguredTaskAwaitable<T> task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <inheritdoc cref="Await(Task)"/>
    public static Stoppable<ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter> Await(ConfiguredValueTaskAwaitable task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <inheritdoc cref="Await(Task)"/>
    public static Stoppable<ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter, T> Await<T>(
        ConfiguredValueTaskAwaitable<T> task)
    {
        var awaiter = task.GetAwaiter();
        return new(awaiter, awaiter.IsCompleted, [StackTraceHidden] static (awaiter) => awaiter.GetResult());
    }

    /// <summary>
    /// Makes awaiting a value of any type stoppable. The members of the awaiter pattern are bound in the cell, which may define
    /// them itself.
    /// </summary>
    public static Stoppable<TAwaiter, TResult> Await<TAwaiter, TResult>(
        TAwaiter awaiter, Func<TAwaiter, bool> isCompleted, Func<TAwaiter, TResult> result)
        where TAwaiter : INotifyCompletion
        where TResult : allows ref struct => new(awaiter, isCompleted(awaiter), result);

    /// <inheritdoc cref="Await{TAwaiter, TResult}(TAwaiter, Func{TAwaiter, bool}, Func{TAwaiter, TResult})"/>
    public static Stoppable<TAwaiter> Await<TAwaiter>(TAwaiter awaiter, Func<TAwaiter, bool> isCompleted, Action<TAwaiter> result)
        where TAwaiter : INotifyCompletion => new(awaiter, isCompleted(awaiter), result);

    /// <summary>Makes an <c>await foreach</c> over a sequence stoppable.</summary>
    public static StoppableSequence<T> Each<T>(IAsyncEnumerable<T> elements) => new(elements);
}
