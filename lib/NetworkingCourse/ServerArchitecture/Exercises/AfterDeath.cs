using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.4: when to replace a dead worker, and when to give up.</summary>
    public static AfterDeathExercise AfterDeath { get; } = new();
}

/// <summary>The learner writes the policy by which a supervisor restarts workers.</summary>
public sealed class AfterDeathExercise : CaseExercise<AfterDeathExercise.Answer, AfterDeathExercise.Deaths>
{
    private const int RandomCases = 30;

    internal AfterDeathExercise()
        : base(new ExerciseText(
            "4-server-architecture/4-crashes-and-supervisors.ipynb", "4.4", 2, nameof(Exercises.AfterDeath),
            "Restart the worker, or give up",
            "A worker has just died. `deaths` holds the times of all deaths of the server's workers, oldest first; the last "
                + "one is this death, so the array is never empty. Count the deaths that are at most `period` older than the "
                + "last one, which counts too. If there are more than `limit`, return null: the supervisor gives up. "
                + "Otherwise return how long it waits before it starts a new worker: `delay` after the first of these deaths, "
                + "and twice as long after each further one.",
            [
                "Only recent deaths matter, both for giving up and for the delay. Count them first: how old is each death, "
                    + "seen from the last one?",
                "`var recent = deaths.Count(death => deaths[^1] - death <= period);` Then the delay has been doubled `recent "
                    + "- 1` times.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="deaths">When workers have died, oldest first; the last death is the new one.</param>
    /// <param name="delay">How long to wait after the first death.</param>
    /// <param name="limit">How many deaths within the period are tolerated.</param>
    /// <param name="period">For how long a death counts.</param>
    /// <returns>How long to wait before the worker is replaced; null to give up.</returns>
    public delegate TimeSpan? Answer(TimeSpan[] deaths, TimeSpan delay, int limit, TimeSpan period);

    internal override Answer Reference => (deaths, delay, limit, period) =>
    {
        var recent = Recent(deaths, period);
        return recent > limit ? null : Doubled(delay, recent - 1);
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "counts all deaths, however old",
            "Your method counts deaths that are older than the period. A worker that dies once a month is then given up some "
                + "day, although each restart has helped. Count only the recent deaths.",
            (deaths, delay, limit, period) => deaths.Length > limit ? null : Doubled(delay, deaths.Length - 1)),
        new(
            "never resets the delay",
            "Your method gives up by the recent deaths, but it doubles the delay for every death since the server started. "
                + "After a month with a death each day, the next restart would wait for four months. When the old deaths no "
                + "longer count, the delay is short again.",
            (deaths, delay, limit, period) =>
                Recent(deaths, period) > limit ? null : Doubled(delay, deaths.Length - 1)),
        new(
            "gives up one death too early",
            "Your method gives up when there are as many recent deaths as the limit. The limit is what is tolerated: with a "
                + "limit of 3, the server survives the third death and gives up at the fourth. With a limit of 1, yours never "
                + "restarts.",
            (deaths, delay, limit, period) =>
            {
                var recent = Recent(deaths, period);
                return recent >= limit ? null : Doubled(delay, recent - 1);
            }),
        new(
            "gives up one death too late",
            "Your method tolerates one death more than the limit, probably because it does not count the newest one. With a "
                + "limit of 0, which means that nothing is ever restarted, it restarts.",
            (deaths, delay, limit, period) =>
            {
                var recent = Recent(deaths, period);
                return recent > limit + 1 ? null : Doubled(delay, recent - 1);
            }),
        new(
            "doubles the delay already at the first death",
            "The delay after the first death is twice as long as it should be, and so are all that follow. The first death "
                + "waits for `delay` itself: with 3 recent deaths, it has been doubled twice.",
            (deaths, delay, limit, period) =>
            {
                var recent = Recent(deaths, period);
                return recent > limit ? null : Doubled(delay, recent);
            }),
        new(
            "adds to the delay instead of doubling it",
            "Your delay grows by the same amount with each death: 20, 40, 60 ms. It has to double: 20, 40, 80 ms. A delay "
                + "that only grows step by step still restarts a hopeless worker very often.",
            (deaths, delay, limit, period) =>
            {
                var recent = Recent(deaths, period);
                return recent > limit ? null : delay * recent;
            }),
        new(
            "always waits for the same time",
            "Your delay does not grow. A worker that dies as soon as it starts, because a file is missing, is then restarted "
                + "as fast each time, until the limit is reached: that may be a matter of milliseconds. Double the delay with "
                + "each death.",
            (deaths, delay, limit, period) => Recent(deaths, period) > limit ? null : delay),
        new(
            "compares each death with the one before it",
            "Your method counts backwards while each death is at most `period` older than the next. With a period of 5 s, a "
                + "worker that dies every 4 s is then never forgiven: all its deaths count, including those of last month. "
                + "Compare each death with the *last* one.",
            (deaths, delay, limit, period) =>
            {
                var recent = 1;
                while (recent < deaths.Length && deaths[^recent] - deaths[^(recent + 1)] <= period)
                {
                    recent++;
                }

                return recent > limit ? null : Doubled(delay, recent - 1);
            }),
        new(
            "drops a death that is exactly one period old",
            "Your method does not count a death that is exactly `period` older than the last one. \"At most `period`\" "
                + "includes it: compare with `<=`.",
            (deaths, delay, limit, period) =>
            {
                var recent = deaths.Count(death => deaths[^1] - death < period);
                return recent > limit ? null : Doubled(delay, recent - 1);
            }),
    ];

    /// <summary>The arguments of one call; times in milliseconds.</summary>
    /// <param name="At">When workers have died, oldest first.</param>
    /// <param name="Delay">The delay after the first death.</param>
    /// <param name="Limit">How many deaths are tolerated.</param>
    /// <param name="Period">For how long a death counts.</param>
    public sealed record Deaths(IReadOnlyList<int> At, int Delay, int Limit, int Period);

    private protected override IEnumerable<Deaths> Cases(Random random)
    {
        yield return new([1000], 20, 3, 5000);
        yield return new([1000, 1100, 1250], 20, 3, 5000);
        yield return new([1000, 1100, 1250, 1500], 20, 3, 5000);
        yield return new([1000, 1100, 9000], 20, 3, 5000);
        yield return new([1000, 1100, 1250, 1500, 9000], 20, 3, 5000);
        yield return new([1000, 6000], 20, 3, 5000);
        yield return new([500], 100, 0, 1000);
        yield return new([1000, 5000, 9000, 13000], 20, 3, 5000);
        for (var i = 0; i < RandomCases; i++)
        {
            var period = 1000 * random.Next(1, 8);
            var deaths = Enumerable.Range(0, random.Next(1, 9)).Select(_ => 100 * random.Next(1, 150)).Order().ToList();
            yield return new(deaths, 10 * random.Next(1, 20), random.Next(1, 6), period);
        }
    }

    private protected override object? Apply(Answer answer, Deaths arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return answer(
            [.. arguments.At.Select(at => TimeSpan.FromMilliseconds(at))],
            TimeSpan.FromMilliseconds(arguments.Delay), arguments.Limit, TimeSpan.FromMilliseconds(arguments.Period)) switch
        {
            { } wait => new Said(InvariantText.Format($"restart after {wait.TotalMilliseconds:0.##} ms")),
            null => new Said("give up"),
        };
    }

    private protected override string Describe(Deaths arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var times = string.Join(", ", arguments.At.Select(at => InvariantText.Format($"{at / 1000.0:0.0##}")));
        var period = arguments.Period / 1000;
        return InvariantText.Format(
            $"deaths at {times} s; delay {arguments.Delay} ms, limit {arguments.Limit}, period {period} s");
    }

    private static int Recent(TimeSpan[] deaths, TimeSpan period) => deaths.Count(death => deaths[^1] - death <= period);

    private static TimeSpan Doubled(TimeSpan delay, int times) => delay * Math.Pow(2, times);
}
