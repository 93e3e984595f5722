using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The parts of a worker process, for an exercise: the pipe from its parent, whose lines are known beforehand, and the listening
/// socket that it has inherited.
/// </summary>
public sealed class ScriptedWorker
{
    private const int MaxQuestions = 20;
    private const int MaxReadsAfterTheEnd = 3;

    private readonly ScriptedRun _run;
    private readonly string[] _lines;
    private readonly List<string> _executed = [];
    private int _read;
    private int _questions;
    private bool _accepts = true;
    private bool _listens = true;

    internal ScriptedWorker(ScriptedRun run, string[] lines) => (_run, _lines) = (run, lines);

    internal IReadOnlyList<string> Executed => _executed;

    private bool ParentIsGone => _read > _lines.Length;

    /// <summary>Waits for the next line from the parent.</summary>
    /// <returns>The line, which may be empty; null at the end of the stream.</returns>
    public string? ReadOrder()
    {
        if (_run.IsOnAnotherThread)
        {
            return null;
        }

        _read++;
        if (_read > _lines.Length + 1 + MaxReadsAfterTheEnd)
        {
            _run.Fail(
                "called `ReadOrder()` again and again after it had returned null", "no read after the end",
                InvariantText.Format($"{_read - _lines.Length - 1} reads"), WatchParentExercise.ReadsOn);
        }

        var line = ParentIsGone ? null : _lines[_read - 1];
        _run.Note($"`ReadOrder()` returned {Present.Line(line)}{(_read == _lines.Length + 1 ? ": the parent is gone" : "")}");
        return line;
    }

    /// <summary>Whether a process with the parent's process ID exists. The system uses IDs again.</summary>
    public bool IsParentIdInUse()
    {
        if (!_run.IsOnAnotherThread && ++_questions > MaxQuestions)
        {
            _run.Fail(
                "called `IsParentIdInUse()` again and again, after the parent had died", "a way to notice its death",
                InvariantText.Format($"{_questions} times true: another process has the ID now"), WatchParentExercise.PollsTheId);
        }

        return true;
    }

    /// <summary>Carries out an order.</summary>
    /// <param name="order">The order.</param>
    public void Execute(string order)
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        if (order is null)
        {
            _run.Fail("called `Execute(null)`", "an order", null, reason: "Null is not an order; it is the end of the stream.");
        }

        if (order.Length == 0)
        {
            _run.Fail("called `Execute(\"\")`", "an order", "an empty line", WatchParentExercise.ExecutesEmptyLines);
        }

        _executed.Add(order);
    }

    /// <summary>Tells the thread that accepts to end, and waits until it has ended.</summary>
    public void StopAccepting()
    {
        if (!_run.IsOnAnotherThread)
        {
            NotTooEarly("`StopAccepting()`");
            _accepts = false;
            _run.Note("`StopAccepting()`: the thread that accepts has ended");
        }
    }

    /// <summary>Closes this process's descriptor of the listening socket.</summary>
    public void CloseListener()
    {
        if (_run.IsOnAnotherThread)
        {
            return;
        }

        NotTooEarly("`CloseListener()`");
        if (_accepts)
        {
            _run.Fail(
                "called `CloseListener()`", "a listener that is no longer used", "a thread still accepts from it",
                WatchParentExercise.ClosesWhileAccepting);
        }

        _listens = false;
        _run.Note("`CloseListener()`: the port is free");
    }

    /// <summary>Looks at what the process still holds after the learner's method has returned.</summary>
    internal void CheckTheEnd()
    {
        NotTooEarly("your method returned");
        if (_listens)
        {
            _run.Fail(
                "your method returned; a client tried to connect", "connection refused",
                _accepts ? "connected, and served by the orphan" : "connected, and never accepted",
                _accepts ? WatchParentExercise.HoldsThePort : WatchParentExercise.KeepsTheQueue);
        }
    }

    private void NotTooEarly(string what)
    {
        if (!ParentIsGone)
        {
            var isAfterEmpty = _read > 0 && _lines[_read - 1].Length == 0;
            _run.Fail(
                $"{what}, after {(_read == 0 ? "no line" : $"the line {Present.Line(_lines[_read - 1])}")}",
                "a worker that serves while its parent lives", "a worker that stops",
                isAfterEmpty ? WatchParentExercise.TakesEmptyForTheEnd : null,
                isAfterEmpty ? null : "Only null from `ReadOrder` says that the parent is gone.");
        }
    }
}
