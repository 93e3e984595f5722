using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using NetworkingCourse.Checking;

namespace NetworkingCourse;

/// <summary>
/// Runs the learner's code on scripted parts that notice a mistake as soon as they are called wrongly. They end the code with an
/// exception; what they have noticed counts even if the code catches that exception and goes on.
/// </summary>
internal sealed class ScriptedRun(Trial trial)
{
    private const string Calling = "called your method";

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile bool _usedAnotherThread;
    private Exception? _end;
    private string? _scene;

    /// <summary>Whether a mistake has been noticed.</summary>
    public bool HasFailed => _end is not null;

    /// <summary>
    /// Whether the caller is on a thread that the learner has started. The parts must not throw there: nothing would catch it.
    /// </summary>
    public bool IsOnAnotherThread => Environment.CurrentManagedThreadId != _thread && (_usedAnotherThread = true);

    /// <summary>Records a step, unless a mistake has been noticed before.</summary>
    public void Note(string what)
    {
        if (!HasFailed)
        {
            NoteScene();
            trial.Note(what);
        }
    }

    /// <summary>Records what went wrong, unless something did before, and ends the learner's code. Texts are words.</summary>
    [DoesNotReturn]
    public void Fail(string what, object? expected, object? actual, Mistake? mistake = null, string? reason = null)
    {
        if (_end is { } end)
        {
            ExceptionDispatchInfo.Throw(end);
        }

        try
        {
            NoteScene();
            if (_usedAnotherThread)
            {
                FailForThread();
            }

            trial.Wrong(what, InWords(expected), InWords(actual), mistake, reason);
        }
        catch (Exception exception)
        {
            _end = exception;
            throw;
        }
    }

    /// <summary>Calls code that calls the parts. Ends the check if they have noticed a mistake.</summary>
    /// <param name="scene">What the code finds; the first step of the story, unless the code is still the stub.</param>
    /// <param name="code">The code.</param>
    public void Call(string scene, Action code)
    {
        _scene = scene;
        trial.Call(Calling, () =>
        {
            try
            {
                code();
            }
            catch (Exception exception) when (HasFailed && !Trial.IsStop(exception))
            {
                // The first mistake is the one to explain.
            }
        });
        if (_end is { } end)
        {
            ExceptionDispatchInfo.Throw(end);
        }

        NoteScene();
        if (_usedAnotherThread)
        {
            FailForThread();
        }
    }

    /// <summary>
    /// Whether an exception is the learner's: neither the end of the check, nor the stub, nor the end of code that was stopped.
    /// </summary>
    public bool IsTheLearners(Exception exception) =>
        !HasFailed && exception is not NotImplementedException && !Trial.IsStop(exception);

    private static object? InWords(object? value) => value is string words ? new Said(words) : value;

    [DoesNotReturn]
    private void FailForThread() => trial.Wrong(
        Calling, new Said("every call from the thread that the check gave to your code"), new Said("a call from another thread"),
        reason: "Your code starts a thread or a task of its own. Nothing here needs one.");

    private void NoteScene()
    {
        if (_scene is { } scene)
        {
            _scene = null;
            trial.Note(scene);
        }
    }
}
