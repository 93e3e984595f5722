using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.2: predict a client's latency.</summary>
    public static LatencyExercise Latency { get; } = new();
}

/// <summary>The learner predicts when a client has its last answer, if all clients arrive together.</summary>
public sealed class LatencyExercise : CaseExercise<LatencyExercise.Answer, LatencyExercise.Crowd>
{
    private const int RandomCases = 40;

    internal LatencyExercise()
        : base(new ExerciseText(
            "4-server-architecture/2-sequential.ipynb", "4.2", 1, nameof(Exercises.Latency),
            "Predict the latency of client k",
            "`clients` clients connect at the same instant, and each asks `questions` questions, one after the other. The server "
                + "has `workers` workers. Each serves one conversation at a time, to its end, and thinks for `think` before each "
                + "answer; nothing else takes time. Return the time from the common start until client `k` has its last answer. "
                + "Clients are numbered from 1, in the order in which they are served.",
            [
                "How long does a worker need for one whole conversation? In which round of conversations does client `k` get a "
                    + "worker, if each round serves as many clients as there are workers?",
                "The round is k / workers, rounded up: with four workers, clients 1 to 4 are served in round 1, and client 5 in "
                    + "round 2. In integers, this is `(k + workers - 1) / workers`. Each round takes `questions * think`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="k">The client's number, from 1 to <paramref name="clients"/>, in the order served.</param>
    /// <param name="clients">How many clients connect at the same instant.</param>
    /// <param name="workers">How many conversations the server serves at a time; at least 1.</param>
    /// <param name="think">The time that the server thinks before each answer.</param>
    /// <param name="questions">How many questions each client asks, one after the other; at least 1.</param>
    /// <returns>The time from the common start until the client has its last answer.</returns>
    public delegate TimeSpan Answer(int k, int clients, int workers, TimeSpan think, int questions);

    internal override Answer Reference => (k, _, workers, think, questions) => Rounds(k, workers) * questions * think;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "counts questions instead of conversations",
            "Your method lets the clients take turns: a first question of everyone, then a second question of everyone. These "
                + "servers do not. A worker stays with its client until that client has left, so the first clients are done "
                + "early, and the others have not even had their first answer by then.",
            (k, clients, workers, think, questions) => Rounds(((questions - 1) * clients) + k, workers) * think),
        new(
            "lets clients take turns in rounds",
            "Your method lets clients take turns question by question: it counts the rounds for the first question of all "
                + "clients, then those for their second question, and so on. But a worker stays with its client to the end of "
                + "the conversation. With one worker, client 2's first question waits for all of client 1's questions.",
            (k, clients, workers, think, questions) =>
                (((questions - 1) * Rounds(clients, workers)) + Rounds(k, workers)) * think),
        new(
            "forgets that a conversation can have several questions",
            "Your method counts one think time for each conversation. A client that asks three questions keeps its worker for "
                + "three think times, and all clients behind it wait for all three.",
            (k, _, workers, think, _) => Rounds(k, workers) * think),
        new(
            "forgets the workers",
            "Your method predicts a sequential server, whatever `workers` is. With four workers, four conversations go on at "
                + "the same time, and the staircase gets a new step only after every fourth client.",
            (k, _, _, think, questions) => k * questions * think),
        new(
            "rounds down",
            "Your method rounds the number of rounds down: `/` between integers cuts off the fraction. With four workers, "
                + "clients 1 to 3 then have their answers in no time at all. A round that has begun counts in full, so round up.",
            (k, _, workers, think, questions) => k / workers * questions * think),
        new(
            "rounds down and adds one",
            "Your method adds 1 to the quotient rounded down. That is right except where it matters: if `k` is a multiple of "
                + "`workers`, nothing was cut off. Client 4 of four workers is still in round 1.",
            (k, _, workers, think, questions) => ((k / workers) + 1) * questions * think),
        new(
            "stops the clock when the conversation begins",
            "Your method returns how long client `k` waits for a worker. Its own conversation takes time too: the first client "
                + "gets a worker at once, but its answer comes only after the worker has thought.",
            (k, _, workers, think, questions) => (k - 1) / workers * questions * think),
        new(
            "divides the work evenly",
            "Your method divides the work evenly among the workers, without rounding. But two workers cannot share one "
                + "conversation: a client alone with four workers waits for a whole think time, not for a quarter of it.",
            (k, _, workers, think, questions) => (double)k / workers * questions * think),
        new(
            "predicts the last client",
            "Your method returns the latency of the last client for every client. The clients behind client `k` make no "
                + "difference to it: they wait for `k`, and not the other way round.",
            (_, clients, workers, think, questions) => Rounds(clients, workers) * questions * think),
    ];

    private protected override IEnumerable<Crowd> Cases(Random random)
    {
        var second = TimeSpan.FromSeconds(1);
        yield return new Crowd(1, 3, 1, second, 1);
        yield return new Crowd(3, 3, 1, second, 1);
        yield return new Crowd(1, 2, 1, second / 2, 2);
        yield return new Crowd(2, 2, 1, second / 2, 2);
        yield return new Crowd(3, 10, 4, second, 1);
        yield return new Crowd(4, 10, 4, second, 1);
        yield return new Crowd(5, 10, 4, second, 1);
        yield return new Crowd(9, 10, 4, second, 3);
        for (var i = 0; i < RandomCases; i++)
        {
            var clients = random.Next(1, 60);
            yield return new Crowd(
                random.Next(1, clients + 1), clients, random.Next(1, 9), random.Next(1, 40) * second / 20, random.Next(1, 5));
        }
    }

    private protected override object? Apply(Answer answer, Crowd arguments) =>
        answer(arguments.K, arguments.Clients, arguments.Workers, arguments.Think, arguments.Questions);

    private protected override string Describe(Crowd arguments) =>
        InvariantText.Format($"asked for client {arguments.K} of {arguments.Clients}: ")
        + $"{InvariantText.Count(arguments.Workers, "worker")}, {InvariantText.Of(arguments.Think)} of thinking, "
        + $"{InvariantText.Count(arguments.Questions, "question")} each";

    private static int Rounds(int conversations, int workers) => (conversations + workers - 1) / workers;

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="K">The client's number.</param>
    /// <param name="Clients">The number of clients.</param>
    /// <param name="Workers">The number of workers.</param>
    /// <param name="Think">The think time.</param>
    /// <param name="Questions">The number of questions of each client.</param>
    public sealed record Crowd(int K, int Clients, int Workers, TimeSpan Think, int Questions);
}
