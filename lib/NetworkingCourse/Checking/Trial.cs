using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.ExceptionServices;
using NetworkingCourse.Display;

namespace NetworkingCourse.Checking;

/// <summary>
/// One check of one answer: the steps so far, and how the last one went wrong. A check calls the learner's code through
/// <see cref="Call{T}(string, Func{T})"/> and compares what comes back with <see cref="Expect"/>.
/// </summary>
internal sealed class Trial(int seed) : IDisposable
{
    private const byte Return = 0x2A; // ret (ECMA-335, III.3.57)

    private readonly Lock _gate = new();
    private readonly List<Step> _steps = [];
    private readonly CancellationTokenSource _over = new();
    private string _calling = "called your code";
    private VerdictState _state = VerdictState.NotAttempted;
    private Mistake? _mistake;
    private string? _reason;
    private ExceptionDispatchInfo? _fault;

    /// <summary>The source of everything random in this check, the same for the same seed.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Cancelled when the check is over, and when its time is.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Records a step in which nothing comes back from the learner's code.</summary>
    public void Note(string what) => Add(new Step(what, Said.Nothing, Said.Nothing, true));

    /// <summary>Calls the learner's code. An exception ends the check.</summary>
    /// <param name="what">What is done, in the past tense: <c>called FindEnd("a?")</c>.</param>
    /// <param name="call">The call.</param>
    public T Call<T>(string what, Func<T> call)
    {
        Begin(what);
        var wasOver = _over.IsCancellationRequested;
        T result;
        try
        {
            result = call();
        }
        catch (Exception exception) when (IsTheLearners(exception))
        {
            throw !wasOver && _over.IsCancellationRequested ? new TrialEndedException() : Thrown(exception);
        }

        // Code that is stopped may catch that, and return as if nothing had happened. It has not come to an end by itself.
        return wasOver || !_over.IsCancellationRequested ? result : throw new TrialEndedException();
    }

    /// <inheritdoc cref="Call{T}(string, Func{T})"/>
    public void Call(string what, Action call) => Call(what, () =>
    {
        call();
        return true;
    });

    /// <summary>Compares what came back with what is right, and ends the check if they differ.</summary>
    /// <param name="what">What was done, in the past tense.</param>
    /// <param name="expected">The right result.</param>
    /// <param name="actual">The learner's result.</param>
    /// <param name="mistake">The mistake that shows in this way, if there is a typical one.</param>
    public void Expect(string what, object? expected, object? actual, Mistake? mistake = null)
    {
        if (!Present.Same(expected, actual))
        {
            Wrong(what, expected, actual, mistake);
        }

        Add(new Step(what, expected, actual, true));
    }

    /// <summary>Ends the check: the answer is wrong.</summary>
    [DoesNotReturn]
    public void Wrong(string what, object? expected, object? actual, Mistake? mistake = null, string? reason = null)
    {
        Add(new Step(what, expected, actual, false));
        (_state, _mistake, _reason) = (VerdictState.NotYet, mistake, reason);
        throw new TrialEndedException();
    }

    /// <summary>Whether an exception ends code that was stopped. It is no result of that code.</summary>
    public static bool IsStop(Exception exception) =>
        exception is ThreadInterruptedException or ThreadAbortException or OperationCanceledException;

    /// <summary>Whether an exception says that code needs more of the stack or of the memory than there is.</summary>
    public static bool IsFull(Exception exception) =>
        exception is InsufficientExecutionStackException or OutOfMemoryException;

    /// <summary>Runs the whole check, on the thread of the sandbox.</summary>
    public void Run(Action check)
    {
        try
        {
            check();
            // Unless the learner's code has caught the end of the check.
            if (_state != VerdictState.NotYet)
            {
                _state = VerdictState.Right;
            }
        }
        catch (TrialEndedException)
        {
        }
        catch (Exception exception) when (IsFull(exception))
        {
            Thrown(exception);
        }
        catch (Exception exception) when (!IsStop(exception))
        {
            _fault = ExceptionDispatchInfo.Capture(exception);
        }
        catch (Exception exception) when (!_over.IsCancellationRequested)
        {
            // Nothing has been stopped: the learner's code throws such an exception on its own.
            Thrown(exception);
        }
    }

    /// <summary>Ends what the check itself has begun.</summary>
    public void Release() => _over.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _over.Dispose();
    }

    /// <summary>The verdict of a check that ended by itself.</summary>
    public Verdict Conclude(Exercise exercise, int seed)
    {
        _fault?.Throw();
        return new Verdict(exercise, _state, seed, [.. _steps]) { Mistake = _mistake, Reason = _reason };
    }

    /// <summary>The verdict of a check that was stopped at its deadline.</summary>
    public Verdict ConcludeLate(Exercise exercise, int seed, TimeSpan deadline, SandboxEnd end)
    {
        lock (_gate)
        {
            var late = InvariantText.Format($"nothing within {deadline.TotalSeconds:0.#} s");
            var reason = end == SandboxEnd.Stopped
                ? "Your code did not come to an end. It was stopped."
                : "Your code did not come to an end, and could not be stopped. It goes on, at the lowest priority, until you "
                    + "restart the kernel. "
                    + (StoppableCode.IsOffered
                        ? "(It waits in a call of the system, or for a task that never ends.)"
                        : "(The course's own kernel can stop a loop; no kernel can stop a call that is blocked in the system.)");
            Step[] endStep = _state == VerdictState.NotYet ? [] : [new Step(_calling, new Said("an end"), new Said(late), false)];
            return new Verdict(exercise, VerdictState.NotYet, seed, [.. _steps, .. endStep])
            {
                Mistake = _mistake,
                Reason = reason,
            };
        }
    }

    // Code that is stopped at the deadline is told so by an exception, too.
    private bool IsTheLearners(Exception exception) =>
        exception is not (TrialEndedException or ThreadInterruptedException or ThreadAbortException)
        && !(exception is OperationCanceledException cancelled
            && (cancelled.CancellationToken.IsCancellationRequested || _over.IsCancellationRequested));

    private TrialEndedException Thrown(Exception exception)
    {
        if (exception is NotImplementedException missing && !IsBegun(missing))
        {
            _state = VerdictState.NotAttempted;
            return new TrialEndedException();
        }

        Add(new Step(_calling, new Said("no exception"), exception, false));
        (_state, _reason) = (VerdictState.NotYet, Threw(exception));
        return new TrialEndedException();
    }

    /// <summary>That the learner's code threw an exception, and in which method, if the stack trace names it.</summary>
    public static string Threw(Exception exception)
    {
        var method = MethodsOf(exception).Select(NameOf).FirstOrDefault(name => name is not null)
            ?.Replace("get_", "", StringComparison.Ordinal);
        var where = method is null ? "" : $" in `{method}`";
        return exception switch
        {
            NotImplementedException when method is not null =>
                $"`{method}` still throws its `NotImplementedException`. Write it too.",
            OutOfMemoryException => $"Your code{where} asked for more memory than there is.",
            _ => $"Your code threw an exception{where}.",
        };
    }

    // Whether some of the answer is written, and only a part of it is not: a case of the method, or another method of the same
    // class. (An asynchronous method is a class of the compiler's, which always returns.)
    private static bool IsBegun(NotImplementedException exception) =>
        MethodsOf(exception).FirstOrDefault() is { Name: not "MoveNext" } thrown
        && (Returns(thrown)
            || (thrown.IsVirtual && thrown.DeclaringType!
                .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Any(method => method.IsVirtual && Returns(method))));

    // A method that only throws ends with that: it has no instruction that returns.
    private static bool Returns(MethodBase method) => method.GetMethodBody()?.GetILAsByteArray() is [.., Return];

    private static IEnumerable<MethodBase> MethodsOf(Exception exception) =>
        new StackTrace(exception).GetFrames().Select(frame => frame.GetMethod()).OfType<MethodBase>().Where(IsTheLearners);

    /// <summary>
    /// The name of a method in the source, or null if it has none. A local function or a lambda that is asynchronous or has
    /// <c>yield</c> goes by the method around it: the compiler makes a class of it, such as <c>&lt;Name&gt;d__1</c> or
    /// <c>&lt;&lt;Name&gt;g__Local|0_0&gt;d</c>.
    /// </summary>
    internal static string? NameOf(MethodBase method) => method switch
    {
        { Name: "MoveNext", DeclaringType.Name: ['<', .. var rest] } when rest.TrimStart('<') is var name
            && name.IndexOf('>', StringComparison.Ordinal) is > 0 and var end => name[..end],
        { Name: [not ('<' or '.'), ..] and var name } => name,
        _ => null,
    };

    // Code of a cell is in none of the assemblies that the kernel started with: it has no file.
    private static bool IsTheLearners(MethodBase method) =>
        method.DeclaringType?.Assembly is { } assembly && (assembly.IsDynamic || assembly.Location.Length == 0);

    private void Begin(string what)
    {
        lock (_gate)
        {
            _calling = what;
        }
    }

    private void Add(Step step)
    {
        lock (_gate)
        {
            _steps.Add(step);
        }
    }

    private sealed class TrialEndedException : Exception;
}

/// <summary>A step of a check.</summary>
/// <param name="What">What was done, in the past tense.</param>
/// <param name="Expected">What should have come back; <see cref="Said.Nothing"/> if nothing was to come back.</param>
/// <param name="Actual">What came back.</param>
/// <param name="Right">Whether the two agree.</param>
internal sealed record Step(string What, object? Expected, object? Actual, bool Right);
