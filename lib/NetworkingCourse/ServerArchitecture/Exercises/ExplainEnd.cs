using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.5: how a worker process has ended, and whether it is replaced.</summary>
    public static ExplainEndExercise ExplainEnd { get; } = new();
}

/// <summary>The learner reads a worker's exit code and decides whether the supervisor replaces the worker.</summary>
public sealed class ExplainEndExercise : CaseExercise<ExplainEndExercise.Answer, ExplainEndExercise.WorkerEnd>
{
    private const int SignalBase = 128;
    private const int LastSignal = 64;
    private const int RandomCases = 30;

    internal ExplainEndExercise()
        : base(new ExerciseText(
            "4-server-architecture/5-processes.ipynb", "4.5", 1, nameof(Exercises.ExplainEnd),
            "Why has the worker ended, and is it replaced?",
            "A worker process has ended with an exit code from 0 to 255. If signal n killed it, the code is 128 + n; Linux "
                + "numbers its signals from 1 to 64. Any other code was chosen by the worker's own program. Return the "
                + "signal, or null if there was none, and whether the supervisor has to replace the worker. It does so unless "
                + "it had told the worker to stop: the server needs as many workers as before.",
            [
                "These are two questions, and each has its own answer. Which codes can be 128 + a signal? And does the reason "
                    + "matter for the number of workers that are left?",
                "`exitCode is > 128 and <= 128 + 64` says that it was a signal. Whether to replace the worker depends only on "
                    + "`toldToStop`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="exitCode">The exit code, from 0 to 255.</param>
    /// <param name="toldToStop">Whether the supervisor had told the worker to stop.</param>
    /// <returns>The signal that killed the worker, or null; and whether the supervisor replaces the worker.</returns>
    public delegate (int? Signal, bool Replace) Answer(int exitCode, bool toldToStop);

    internal override Answer Reference => (exitCode, toldToStop) => (SignalOf(exitCode), !toldToStop);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes every code above 128 for a signal",
            "Your method finds a signal in each code above 128. There is no signal above 64 on Linux: a program that ends "
                + "with code -1 shows 255, because only eight bits are kept. The operator would look for a killer that does "
                + "not exist.",
            (exitCode, toldToStop) => (exitCode > SignalBase ? exitCode - SignalBase : null, !toldToStop)),
        new(
            "takes 128 for signal 0",
            "Your method says that signal 0 killed a worker with exit code 128. No process is ever killed by signal 0 "
                + "(kill(2) uses it to ask whether a process exists). 128 is an ordinary code.",
            (exitCode, toldToStop) => (exitCode is >= SignalBase and <= SignalBase + LastSignal
                ? exitCode - SignalBase : null, !toldToStop)),
        new(
            "reads the signal from the low bits",
            "Your method takes the low seven bits of the code for the signal. That is how C programs read the status that "
                + "wait(2) returns, in which the exit code has bits of its own. In an exit code, an ordinary 1 would become "
                + "signal 1.",
            (exitCode, toldToStop) => ((exitCode & 0x7f) is > 0 and var signal ? signal : null, !toldToStop)),
        new(
            "takes the code itself for the signal",
            "Your method takes small codes for signals: 9 would be SIGKILL. A program that ends by itself with code 9 was not "
                + "killed. The convention adds 128 to the signal so that the two cannot be confused: SIGKILL shows as 137.",
            (exitCode, toldToStop) => (exitCode is >= 1 and <= LastSignal ? exitCode : SignalOf(exitCode), !toldToStop)),
        new(
            "does not replace a worker that ended with 0",
            "Your method leaves a worker alone that ended with code 0. Code 0 means that the program found nothing wrong, not "
                + "that it was meant to end: a worker that no one told to stop is missing now. The server loses its workers "
                + "one by one, and the log shows no error.",
            (exitCode, toldToStop) => (SignalOf(exitCode), !toldToStop && exitCode != 0)),
        new(
            "replaces only workers that a signal killed",
            "Your method replaces only workers that a signal has killed. A worker that ends by itself, with an error or "
                + "without, is missing just as much.",
            (exitCode, toldToStop) => (SignalOf(exitCode), !toldToStop && SignalOf(exitCode) is not null)),
        new(
            "replaces workers that were told to stop",
            "Your method replaces a worker that was told to stop. The server can then never be stopped: for each worker that "
                + "obeys, a new one starts. If the worker did not obey in time and was killed, it was still told to stop.",
            (exitCode, toldToStop) => (SignalOf(exitCode), true)),
        new(
            "replaces a worker that was told to stop but was killed",
            "Your method replaces a worker that was told to stop and then had to be killed, because it did not obey in time. "
                + "How it ended makes no difference: the supervisor wanted one worker less, and now there is one more again.",
            (exitCode, toldToStop) => (SignalOf(exitCode), !toldToStop || SignalOf(exitCode) is not null)),
    ];

    /// <summary>How a worker has ended.</summary>
    /// <param name="ExitCode">Its exit code.</param>
    /// <param name="ToldToStop">Whether the supervisor had told it to stop.</param>
    public sealed record WorkerEnd(int ExitCode, bool ToldToStop);

    private protected override IEnumerable<WorkerEnd> Cases(Random random)
    {
        yield return new(137, false);
        yield return new(1, false);
        yield return new(0, false);
        yield return new(0, true);
        yield return new(143, true);
        yield return new(9, false);
        yield return new(128, false);
        yield return new(192, false);
        yield return new(193, false);
        yield return new(255, false);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return new(random.Next(256), random.Next(4) == 0);
        }
    }

    private protected override object? Apply(Answer answer, WorkerEnd arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var (signal, replace) = answer(arguments.ExitCode, arguments.ToldToStop);
        var cause = signal is { } number ? InvariantText.Format($"signal {number}") : "no signal";
        return new Said($"{cause}, {(replace ? "replace it" : "leave it")}");
    }

    private protected override string Describe(WorkerEnd arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var had = arguments.ToldToStop ? "had" : "had not";
        return InvariantText.Format($"a worker ended with exit code {arguments.ExitCode}; it {had} been told to stop");
    }

    private static int? SignalOf(int exitCode) =>
        exitCode is > SignalBase and <= SignalBase + LastSignal ? exitCode - SignalBase : null;
}
