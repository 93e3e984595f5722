using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.9: throughput and latency of a closed loop.</summary>
    public static LittlesLawExercise LittlesLaw { get; } = new();
}

/// <summary>The learner predicts the throughput and the mean latency of a closed loop by Little's law.</summary>
public sealed class LittlesLawExercise : CaseExercise<LittlesLawExercise.Answer, LittlesLawExercise.Setting>
{
    private const int RandomCases = 20;

    internal LittlesLawExercise()
        : base(new ExerciseText(
            "4-server-architecture/9-compared.ipynb", "4.9", 2, nameof(Exercises.LittlesLaw),
            "Throughput and latency of a closed loop",
            "Each of `connections` clients asks a question, waits for the answer, and asks the next one at once, without end. "
                + "The server puts the questions into one queue, from which each of its `workers` workers takes one at a time "
                + "and thinks for `think`; nothing else takes time. Return the answers per second of the whole server, and the "
                + "mean latency of an answer, from question to answer. `workers` can be `int.MaxValue`: no question ever waits.",
            [
                "How many questions are being thought about at any moment? A worker without a question does nothing, and a "
                    + "question without a worker waits. Little's law then connects the two results: connections = throughput · "
                    + "latency.",
                "`Math.Min(connections, workers)` workers are busy, and each gives `1 / think.TotalSeconds` answers per second. "
                    + "Each connection always has exactly one question under way, so the mean latency is connections / "
                    + "throughput, in seconds.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="connections">How many clients ask, each one question at a time; at least 1.</param>
    /// <param name="workers">How many questions the server thinks about at a time; at least 1.</param>
    /// <param name="think">The time that a worker needs for a question; more than zero.</param>
    /// <returns>The answers per second, and the mean time from a question to its answer.</returns>
    public delegate (double PerSecond, TimeSpan MeanLatency) Answer(int connections, int workers, TimeSpan think);

    internal override Answer Reference => (connections, workers, think) =>
    {
        var perSecond = Math.Min(connections, workers) / think.TotalSeconds;
        return (perSecond, TimeSpan.FromSeconds(connections / perSecond));
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "ignores that the workers are a limit",
            "Your method lets every connection have a worker. With 64 connections and 4 workers, 60 questions wait in the queue, "
                + "and more clients bring more waiting, but not one more answer per second.",
            (connections, _, think) => (connections / think.TotalSeconds, think)),
        new(
            "keeps workers busy that have no question",
            "Your method lets all workers work, even if there are fewer connections than workers. In a closed loop, a client "
                + "asks again only after its answer, so one connection keeps one worker busy at the most. The other workers have "
                + "nothing to do, and no answer comes sooner than after the think time.",
            (connections, workers, think) =>
                (workers / think.TotalSeconds, TimeSpan.FromSeconds(connections * think.TotalSeconds / workers))),
        new(
            "returns seconds per answer",
            "Your method divides the wrong way round: it returns the seconds between two answers. Check the units: workers "
                + "divided by seconds gives a rate, and a slower worker must make the rate smaller.",
            (connections, workers, think) => (
                think.TotalSeconds / Math.Min(connections, workers),
                TimeSpan.FromSeconds(connections * think.TotalSeconds / Math.Min(connections, workers)))),
        new(
            "takes milliseconds for seconds",
            "Your method returns answers per millisecond, a thousandth of the right rate. Divide by `think.TotalSeconds`. Then "
                + "compare with what you know: one worker that thinks for 100 ms gives ten answers per second.",
            (connections, workers, think) => (
                Math.Min(connections, workers) / think.TotalMilliseconds,
                TimeSpan.FromMilliseconds(connections * think.TotalMilliseconds / Math.Min(connections, workers)))),
        new(
            "takes the whole seconds of the think time",
            "Your method divides by `think.Seconds`, which holds only the whole seconds of the think time. For 100 ms it is 0, "
                + "and the result is infinity. Divide by `think.TotalSeconds`, which is then 0.1.",
            (connections, workers, think) =>
            {
                var perSecond = Math.Min(connections, workers) / (double)think.Seconds;
                return (perSecond, TimeSpan.FromSeconds(connections / perSecond));
            }),
        new(
            "rounds the latency up to whole rounds",
            "Your method lets clients wait for whole rounds, `connections / workers` rounded up. That is how long the last "
                + "client waits if all come together, once. In a closed loop, clients ask again as soon as they have their "
                + "answer, and the rounds mix. The latency is connections / throughput, without rounding.",
            (connections, workers, think) => (
                Math.Min(connections, workers) / think.TotalSeconds, Math.Ceiling((double)connections / workers) * think)),
        new(
            "takes the mean of a staircase",
            "Your method takes the mean over a staircase: the first clients wait for one think time, the next for two, and so "
                + "on. That is right for clients that come together, once. In a closed loop, a client that has its answer goes "
                + "back to the end of the queue, and waits for all the others again. Use connections = throughput · latency.",
            (connections, workers, think) => (
                Math.Min(connections, workers) / think.TotalSeconds,
                Enumerable.Range(0, connections).Average(k => (k / workers) + 1) * think)),
        new(
            "takes the think time for the latency",
            "Your method returns the think time as the latency. That is right only as long as no question waits for a worker. "
                + "With twice as many connections as workers, a question waits for as long as it is thought about, and the "
                + "latency doubles.",
            (connections, workers, think) => (Math.Min(connections, workers) / think.TotalSeconds, think)),
        new(
            "takes the time between answers for the latency",
            "Your method returns 1 / throughput as the latency. That is the time from one answer of the server to the next, "
                + "whichever client it is for. With many workers, many questions are under way at the same time: the latency is "
                + "as many times longer as there are connections.",
            (connections, workers, think) => (
                Math.Min(connections, workers) / think.TotalSeconds,
                TimeSpan.FromSeconds(think.TotalSeconds / Math.Min(connections, workers)))),
    ];

    private protected override IEnumerable<Setting> Cases(Random random)
    {
        var tenth = TimeSpan.FromSeconds(0.1);
        IEnumerable<(int Connections, int Workers, TimeSpan Think)> loops =
        [
            (1, 1, tenth), (3, 4, tenth), (4, 4, tenth), (64, 4, tenth), (300, int.MaxValue, tenth), (10, 4, tenth),
            .. Enumerable.Range(0, RandomCases).Select(_ => (
                random.Next(1, 200), random.Next(8) == 0 ? int.MaxValue : random.Next(1, 33), random.Next(1, 500) * tenth / 100)),
        ];
        foreach (var (connections, workers, think) in loops)
        {
            yield return new Setting(connections, workers, think, Latency: false);
            yield return new Setting(connections, workers, think, Latency: true);
        }
    }

    private protected override object? Apply(Answer answer, Setting arguments)
    {
        var (perSecond, latency) = answer(arguments.Connections, arguments.Workers, arguments.Think);
        return arguments.Latency ? latency : perSecond;
    }

    private protected override string Describe(Setting arguments) =>
        InvariantText.Format($"asked for the {(arguments.Latency ? "mean latency" : "answers per second")}: ")
        + $"{Count(arguments.Connections, "connection")}, {Count(arguments.Workers, "worker")}, "
        + $"{InvariantText.Of(arguments.Think)} of thinking";

    private static string Count(int count, string what) => count == int.MaxValue
        ? $"no limit of {what}s"
        : InvariantText.Count(count, what);

    /// <summary>The arguments of one call, see <see cref="Answer"/>, and which of its two results is looked at.</summary>
    /// <param name="Connections">The number of connections.</param>
    /// <param name="Workers">The number of workers.</param>
    /// <param name="Think">The think time.</param>
    /// <param name="Latency">Whether the latency is looked at, and not the throughput.</param>
    public sealed record Setting(int Connections, int Workers, TimeSpan Think, bool Latency);
}
