using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.3: the latency of a client whose answer is computed on shared cores.</summary>
    public static SharedCoresExercise SharedCores { get; } = new();
}

/// <summary>The learner predicts when a client has its answer, if workers compute and share the cores of the machine.</summary>
public sealed class SharedCoresExercise : CaseExercise<SharedCoresExercise.Answer, SharedCoresExercise.Crowd>
{
    private const int RandomCases = 40;

    internal SharedCoresExercise()
        : base(new ExerciseText(
            "4-server-architecture/3-threads.ipynb", "4.3", 1, nameof(Exercises.SharedCores),
            "Latency where workers compute",
            "`clients` clients arrive at the same instant, and each asks one question. The server has `workers` workers. Each "
                + "serves one client at a time, and computes for its answer: alone on a core, that takes `computing`. The "
                + "machine has `cores` cores, which all workers that compute at the moment share equally; but one computation "
                + "never runs on more than one core at a time. Return the time until client `k` has its answer. Clients are "
                + "numbered from 1, in the order in which they are served.",
            [
                "All workers that begin together also end together, and then they take the next clients: there are rounds, as "
                    + "with thinking. How many workers compute in a round, and how long does it then take?",
                "A round in which `m` workers compute takes `computing` if there are enough cores, and otherwise `computing * "
                    + "m / cores`. Client `k` waits for `(k - 1) / workers` rounds in which all workers compute, and then for "
                    + "its own. How many clients are left for that one?",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="k">The client's number, from 1 to <paramref name="clients"/>, in the order served.</param>
    /// <param name="clients">How many clients arrive at the same instant.</param>
    /// <param name="workers">How many clients the server serves at a time; at least 1.</param>
    /// <param name="cores">How many cores the workers share; at least 1.</param>
    /// <param name="computing">How long an answer takes on a core of its own.</param>
    /// <returns>The time from the common arrival until the client has its answer.</returns>
    public delegate TimeSpan Answer(int k, int clients, int workers, int cores, TimeSpan computing);

    internal override Answer Reference => (k, clients, workers, cores, computing) =>
    {
        var before = (k - 1) / workers;
        var own = Math.Min(workers, clients - (before * workers));
        return ((before * Stretch(workers, cores)) + Stretch(own, cores)) * computing;
    };

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes computing for waiting",
            "Your method lets workers compute as if they waited: many of them are as fast as one. Eight workers can wait for "
                + "eight things at once on a single core. But to compute, each of them needs a core; on four cores, all eight "
                + "are half as fast.",
            (k, _, workers, _, computing) => Rounds(k, workers) * computing),
        new(
            "takes the last round for a full one",
            "Your method lets all workers compute in every round. In the last round there may be fewer clients than workers; the "
                + "other workers are idle and need no core, so that those who compute are faster. A client alone on eight "
                + "workers and two cores has a core for itself.",
            (k, _, workers, cores, computing) => Rounds(k, workers) * Stretch(workers, cores) * computing),
        new(
            "computes one answer on several cores",
            "Your method makes a round shorter than `computing` if there are more cores than workers. One computation is one "
                + "thread, and a thread runs on one core at a time: the other cores are idle. More cores than workers do not "
                + "help.",
            (k, clients, workers, cores, computing) =>
            {
                var before = (k - 1) / workers;
                var own = Math.Min(workers, clients - (before * workers));
                return ((before * workers) + own) * computing / cores;
            }),
        new(
            "divides all the work by the cores",
            "Your method returns `computing * clients / cores`. That is the shortest time in which the cores can compute *all* "
                + "answers, in any order. Client `k` waits only for its own round and those before it. And no computation is "
                + "shorter than `computing`, however many cores there are.",
            (_, clients, _, cores, computing) => computing * clients / cores),
        new(
            "cuts off the fraction of the share",
            "Your method divides the workers of a round by the cores as integers, and `3 / 2` is 1. Three workers on two "
                + "cores need one and a half times as long as alone. Divide as `(double)m / cores`, or multiply the time "
                + "first.",
            (k, clients, workers, cores, computing) =>
            {
                var before = (k - 1) / workers;
                var own = Math.Min(workers, clients - (before * workers));
                return ((before * Math.Max(1, workers / cores)) + Math.Max(1, own / cores)) * computing;
            }),
        new(
            "rounds the share of a core up",
            "Your method rounds up how much longer a round takes, as if three computations on two cores needed two turns. "
                + "They would if each ran to its end without a break. A system gives the cores to all threads in turn, many "
                + "times a second: the three share two cores and need one and a half times as long.",
            (k, clients, workers, cores, computing) =>
            {
                var before = (k - 1) / workers;
                var own = Math.Min(workers, clients - (before * workers));
                return (before * Math.Ceiling(Stretch(workers, cores)) + Math.Ceiling(Stretch(own, cores))) * computing;
            }),
        new(
            "gives the cores to the first clients",
            "Your method serves as many clients at a time as there are cores, or workers if these are fewer. That is how a "
                + "server behaves that has no more workers than cores: its first clients are done early. Here more workers "
                + "compute at once, and as they share the cores equally, they all end late, together.",
            (k, _, workers, cores, computing) => Rounds(k, Math.Min(workers, cores)) * computing),
        new(
            "forgets the workers",
            "Your method lets all clients compute at the same time, however many workers there are. The others wait in the "
                + "accept queue and use no core meanwhile. So the first clients are done before the last ones have begun.",
            (_, clients, _, cores, computing) => Stretch(clients, cores) * computing),
        new(
            "shares the cores only with the clients before it",
            "Your method lets client `k` wait only for the computing of the clients up to itself. `k * computing / cores` is the "
                + "least time in which k answers can be computed, and right for the last client of a full round. But a client in "
                + "the middle of a round also shares the cores with those behind it, and ends together with them.",
            (k, _, _, cores, computing) => Stretch(k, cores) * computing),
        new(
            "takes a full last round for an empty one",
            "Your method takes the remainder, `clients % workers`, for the number of clients in the last round. The remainder of "
                + "8 clients on 8 workers is 0, but all eight compute in that round. `Math.Min(workers, clients - before * "
                + "workers)` is right for every round, the last one too.",
            (k, clients, workers, cores, computing) =>
            {
                var before = (k - 1) / workers;
                var own = (before + 1) * workers < clients ? workers : clients % workers;
                return ((before * Stretch(workers, cores)) + Stretch(own, cores)) * computing;
            }),
        new(
            "waits for the rounds before and forgets its own",
            "Your method returns the time at which a worker begins with client `k`. The client has its answer when its own round "
                + "is over. The first client is served at once, and still waits for its answer to be computed.",
            (k, _, workers, cores, computing) => (k - 1) / workers * Stretch(workers, cores) * computing),
    ];

    private protected override IEnumerable<Crowd> Cases(Random random)
    {
        var second = TimeSpan.FromSeconds(1);
        yield return new Crowd(1, 1, 1, 1, second);
        yield return new Crowd(1, 4, 4, 4, second);
        yield return new Crowd(8, 8, 8, 4, second);
        yield return new Crowd(5, 8, 8, 4, second);
        yield return new Crowd(1, 8, 8, 4, second);
        yield return new Crowd(1, 1, 8, 2, second);
        yield return new Crowd(1, 2, 2, 8, second);
        yield return new Crowd(1, 3, 3, 2, second);
        yield return new Crowd(4, 10, 4, 2, second);
        yield return new Crowd(10, 10, 4, 2, second);
        yield return new Crowd(9, 11, 4, 2, second);
        for (var i = 0; i < RandomCases; i++)
        {
            var clients = random.Next(1, 40);
            yield return new Crowd(
                random.Next(1, clients + 1), clients, random.Next(1, 13), random.Next(1, 9), random.Next(1, 40) * second / 20);
        }
    }

    private protected override object? Apply(Answer answer, Crowd arguments) =>
        answer(arguments.K, arguments.Clients, arguments.Workers, arguments.Cores, arguments.Computing);

    private protected override string Describe(Crowd arguments) =>
        InvariantText.Format($"asked for client {arguments.K} of {arguments.Clients}: ")
        + $"{InvariantText.Count(arguments.Workers, "worker")} on {InvariantText.Count(arguments.Cores, "core")}, "
        + $"{InvariantText.Of(arguments.Computing)} of computing";

    private static int Rounds(int clients, int workers) => (clients + workers - 1) / workers;

    // How much longer a computation takes than alone, if so many share the cores.
    private static double Stretch(int computing, int cores) => Math.Max(1, (double)computing / cores);

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="K">The client's number, in the order served.</param>
    /// <param name="Clients">The number of clients.</param>
    /// <param name="Workers">The number of workers.</param>
    /// <param name="Cores">The number of cores.</param>
    /// <param name="Computing">How long an answer takes on a core of its own.</param>
    public sealed record Crowd(int K, int Clients, int Workers, int Cores, TimeSpan Computing);
}
