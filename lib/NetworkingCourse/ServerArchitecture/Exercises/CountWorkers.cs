using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.9: find out from measured latencies how many clients a server serves at a time.</summary>
    public static CountWorkersExercise CountWorkers { get; } = new();
}

/// <summary>The learner reads from measured latencies how many clients a server serves at a time.</summary>
public sealed class CountWorkersExercise : CaseExercise<CountWorkersExercise.Answer, CountWorkersExercise.Measured>
{
    private const int RandomCases = 40;

    internal CountWorkersExercise()
        : base(new ExerciseText(
            "4-server-architecture/9-compared.ipynb", "4.9", 1, nameof(Exercises.CountWorkers),
            "How many workers does this server have?",
            "Clients asked a server one question each, all at the same instant, and the server thought for `think` before each "
                + "answer. `latencies` holds what was measured for each client, in no particular order; at least one. Theory "
                + "says a whole number of think times. Each measurement is longer than that, by up to four tenths of a think "
                + "time. Return how many clients the server serves at a time. If no client had to wait for another, return the "
                + "number of clients.",
            [
                "Draw the latencies in ascending order: a staircase. How many clients are on its first step, and up to which "
                    + "latency does the first step reach at the most?",
                "A client on the first step has its answer after at least 1.0 and at most 1.4 think times, a client on the "
                    + "second step not before 2.0. Count the latencies below `1.5 * think`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="latencies">The measured latency of each client, in no particular order; at least one.</param>
    /// <param name="think">The time that the server thought before each answer.</param>
    /// <returns>How many clients the server serves at a time, as far as this many clients can show.</returns>
    public delegate int Answer(IReadOnlyList<TimeSpan> latencies, TimeSpan think);

    internal override Answer Reference => (latencies, think) => latencies.Count(latency => latency < 1.5 * think);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "looks only at the longest latency",
            "Your method divides the number of clients by the number of steps. That is right only if the last step is full. Nine "
                + "clients of a server with four workers make three steps, and so do nine clients of a server with three.",
            (latencies, think) => latencies.Count / (int)(latencies.Max() / think)),
        new(
            "looks only at the longest latency, and rounds up",
            "Your method divides the number of clients by the number of steps, and rounds up. If the last step is not full, the "
                + "quotient is too small, often by more than rounding up can repair: nine clients in two steps may be eight and "
                + "one, or five and four. Count the clients on the first step.",
            (latencies, think) => (int)Math.Ceiling((double)latencies.Count / (int)(latencies.Max() / think))),
        new(
            "looks only at the mean",
            "Your method computes the workers from the mean. A mean does not show where the steps are: what was measured on top "
                + "of the think time and a last step that is not full change it, and the result is wrong by a worker or two.",
            (latencies, think) => (int)Math.Round(latencies.Count / ((2 * latencies.Average(latency => latency / think)) - 1))),
        new(
            "stops at the first jump",
            "Your method ends the first step where one latency is clearly longer than the one before. Measured latencies are not "
                + "equal within a step, so there are gaps where there is no new step. A new step begins only a whole think time "
                + "later: compare with the think time and not with the neighbour.",
            (latencies, think) => FirstJump([.. latencies.Order()], think / 10)),
        new(
            "takes the order of the list for the order of the answers",
            "Your method counts from the beginning of the list up to the first client that had to wait. But the list is in no "
                + "particular order. Sort the latencies first, or count those that are on the first step, wherever they stand.",
            (latencies, think) => latencies.TakeWhile(latency => latency < 1.5 * think).Count()),
        new(
            "counts the last step",
            "Your method counts the clients that waited longest. The last step holds only those that were left over; the first "
                + "step is the full one.",
            (latencies, think) => latencies.Count(latency => (int)(latency / think) == (int)(latencies.Max() / think))),
        new(
            "counts the steps",
            "Your method counts how many different steps there are. That is the number of rounds. The number of workers "
                + "is the number of clients on a full step.",
            (latencies, think) => latencies.Select(latency => (int)(latency / think)).Distinct().Count()),
        new(
            "expects a measurement to be exact",
            "Your method counts latencies of exactly one think time, or less. There are none: connections, system calls and "
                + "timers take time too, and a measurement is always a little above theory. Leave room for that.",
            (latencies, think) => latencies.Count(latency => latency <= think)),
    ];

    private protected override IEnumerable<Measured> Cases(Random random)
    {
        // Chosen so that each of the mistakes has a result of its own.
        yield return new Measured([116, 103, 119, 101, 118, 120, 105, 205, 117], 100);
        yield return new Measured([101, 102, 104, 129, 203, 206, 221, 238, 305], 100);
        yield return Measure(random, clients: 9, workers: 3, think: 100);
        yield return Measure(random, clients: 4, workers: 1, think: 100);
        yield return Measure(random, clients: 8, workers: 100, think: 100);
        for (var i = 0; i < RandomCases; i++)
        {
            yield return Measure(random, random.Next(1, 20), random.Next(1, 9), think: 10 * random.Next(5, 100));
        }
    }

    private protected override object? Apply(Answer answer, Measured arguments) =>
        answer([.. arguments.Latencies.Select(Milliseconds)], Milliseconds(arguments.Think));

    private protected override string Describe(Measured arguments) =>
        InvariantText.Format($"measured {string.Join(", ", arguments.Latencies)} ms, with {arguments.Think} ms of thinking");

    private static Measured Measure(Random random, int clients, int workers, int think)
    {
        var latencies = Enumerable.Range(0, clients)
            .Select(k => (((k / workers) + 1) * think) + random.Next(1, think * 4 / 10)).ToArray();
        random.Shuffle(latencies);
        return new Measured(latencies, think);
    }

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);

    private static int FirstJump(TimeSpan[] sorted, TimeSpan jump)
    {
        var count = 1;
        while (count < sorted.Length && sorted[count] - sorted[count - 1] < jump)
        {
            count++;
        }

        return count;
    }

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="Latencies">The measured latency of each client, in milliseconds.</param>
    /// <param name="Think">The think time, in milliseconds.</param>
    public sealed record Measured(IReadOnlyList<int> Latencies, int Think);
}
