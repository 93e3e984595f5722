using NetworkingCourse.Checking;
using NetworkingCourse.Display;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.10: which requests a server admits, and which it refuses at once.</summary>
    public static AdmitExercise Admit { get; } = new();
}

/// <summary>The learner decides whether a request can still be answered in time, or is refused at once.</summary>
public sealed class AdmitExercise : CaseExercise<AdmitExercise.Answer, AdmitExercise.Arrival>
{
    private const int RandomCases = 60;

    internal AdmitExercise()
        : base(new ExerciseText(
            "4-server-architecture/10-under-load.ipynb", "4.10", 3, nameof(Exercises.Admit),
            "Admit or refuse",
            "A request arrives at a server that has `workers` workers. Each of them needs `service` for a request, and takes the "
                + "requests in the order in which they came. `ahead` requests came before this one and are not done: some are "
                + "with a worker, the others wait. How far the workers are is not known; assume that they have only just begun. "
                + "The client sent the request `age` ago, and waits for `patience` from then on. Return whether the answer is "
                + "certain to be in time: at the latest when the patience ends.",
            [
                "Write down when each of five requests is done if two workers begin at time 0. Which of these times is that of "
                    + "a request with `ahead` others before it? How much of the patience is left for that?",
                "The request is in round `ahead / workers + 1`, in whole numbers. Each round takes `service`, and `age` has "
                    + "passed before the first one.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="ahead">The requests that came before and are not done; from 0.</param>
    /// <param name="workers">The number of workers; at least 1.</param>
    /// <param name="service">The time that a worker needs for a request.</param>
    /// <param name="age">How long ago the client sent the request.</param>
    /// <param name="patience">How long the client waits for the answer, counted from when it sent the request.</param>
    /// <returns>True to admit the request; false to refuse it at once.</returns>
    public delegate bool Answer(int ahead, int workers, TimeSpan service, TimeSpan age, TimeSpan patience);

    internal override Answer Reference => (ahead, workers, service, age, patience) =>
        age + (Round(ahead, workers) * service) <= patience;

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "admits everyone",
            "Your method admits every request. That is the queue without a bound: under an overload it grows, and soon every "
                + "request in it is answered too late. The workers are then busy all the time, for clients that have left.",
            (_, _, _, _, _) => true),
        new(
            "refuses everyone",
            "Your method never admits a request. No answer is ever late then, because there is none: the workers are idle while "
                + "clients are sent away. Refuse only what cannot be answered in time.",
            (_, _, _, _, _) => false),
        new(
            "looks only at the age",
            "Your method admits every request whose client is still waiting, however long the queue is. The answer needs time, "
                + "too: the rounds of the requests before this one, and its own `service`. The client must still wait when it "
                + "is *ready*.",
            (_, _, _, age, patience) => age <= patience),
        new(
            "forgets the queue",
            "Your method compares as if a worker began at once. The `ahead` requests before this one come first, in rounds of "
                + "`workers`. Your server admits a request whatever is before it; under an overload the queue then grows like "
                + "one without a bound.",
            (_, _, service, age, patience) => age + service <= patience),
        new(
            "refuses all requests that would have to wait",
            "Your method admits a request only if a worker is free. Requests come irregularly, so that a worker is often idle "
                + "just after a request was refused. A short queue keeps the workers busy; it only has to be short enough for "
                + "the patience of the clients.",
            (ahead, workers, _, _, _) => ahead < workers),
        new(
            "forgets the request's own service",
            "Your method counts only the requests before this one. When they are done, this one is only begun: its own "
                + "`service` comes on top. Without it, even a request whose service takes longer than the client waits is "
                + "admitted by an idle server.",
            (ahead, workers, service, age, patience) => age + (ahead / workers * service) <= patience),
        new(
            "counts on one worker",
            "Your method lets all requests pass through one worker, one after the other. There are `workers` of them, and that "
                + "many requests are done in each round. Your server refuses requests that it could answer in time.",
            (ahead, _, service, age, patience) => age + ((ahead + 1) * service) <= patience),
        new(
            "shares a request between workers",
            "Your method divides all the work evenly between the workers, down to parts of a request. But a request is with one "
                + "worker from its beginning to its end: with two workers, one request alone takes the whole `service` and not "
                + "half of it. Round up to whole rounds.",
            (ahead, workers, service, age, patience) => age + ((ahead + 1.0) / workers * service) <= patience),
        new(
            "rounds down",
            "Your method divides `ahead + 1` by `workers` as whole numbers, and `/` cuts off the fraction. With two workers, a "
                + "request that is alone is then in round 0, and takes no time at all. A round that has begun counts in full: "
                + "`ahead / workers + 1`.",
            (ahead, workers, service, age, patience) => age + ((ahead + 1) / workers * service) <= patience),
        new(
            "waits although a worker is free",
            "Your method lets the request wait until all those before it are done, rounded up to whole rounds, and adds its own "
                + "service. If fewer than `workers` requests are ahead, a worker is free and begins at once: the request belongs "
                + "to the same round as they do.",
            (ahead, workers, service, age, patience) => age + ((((ahead + workers - 1) / workers) + 1) * service) <= patience),
        new(
            "waits for a part of a round",
            "Your method lets the request wait for the fraction `ahead / workers` of a round, and then adds its own service. But "
                + "the workers take whole requests: with one request ahead and two workers, one of them is free, and this "
                + "request waits for nothing. Only full rounds before it count: divide in whole numbers.",
            (ahead, workers, service, age, patience) => age + ((((double)ahead / workers) + 1) * service) <= patience),
        new(
            "forgets the age",
            "Your method compares with the whole patience. The client has been waiting since it sent the request: the way here, "
                + "and the time in the accept queue, are a part of its wait. Under an overload that is where most of it goes.",
            (ahead, workers, service, _, patience) => Round(ahead, workers) * service <= patience),
        new(
            "refuses an answer that is exactly in time",
            "Your method refuses a request whose answer would be there exactly when the patience ends. The task counts that as "
                + "in time: `<=` and not `<`.",
            (ahead, workers, service, age, patience) => age + (Round(ahead, workers) * service) < patience),
        new(
            "says the opposite",
            "Your method returns true for the requests that cannot be answered in time, and false for those that can. True "
                + "means: admit it.",
            (ahead, workers, service, age, patience) => age + (Round(ahead, workers) * service) > patience),
    ];

    private protected override IEnumerable<Arrival> Cases(Random random)
    {
        yield return new Arrival(0, 1, 10, 0, 50);
        yield return new Arrival(0, 1, 60, 0, 50);
        yield return new Arrival(4, 1, 10, 0, 50);
        yield return new Arrival(5, 1, 10, 0, 50);
        yield return new Arrival(4, 1, 10, 5, 50);
        yield return new Arrival(0, 2, 10, 0, 8);
        yield return new Arrival(1, 2, 10, 0, 15);
        yield return new Arrival(5, 2, 10, 0, 35);
        yield return new Arrival(6, 2, 10, 0, 38);
        yield return new Arrival(0, 2, 10, 0, 3);
        yield return new Arrival(0, 1, 10, 45, 50);
        yield return new Arrival(0, 1, 10, 55, 50);
        yield return new Arrival(1, 2, 10, 0, 12);
        for (var i = 0; i < RandomCases; i++)
        {
            var (ahead, workers) = (random.Next(0, 13), random.Next(1, 5));
            var (service, age) = (random.Next(2, 21), random.Next(0, 31));
            // Around the moment at which the answer is ready: elsewhere, most rules agree.
            var ready = age + (Round(ahead, workers) * service);
            var off = random.Next(4) == 0 ? 0 : random.Next(-2 * service, (2 * service) + 1);
            yield return new Arrival(ahead, workers, service, age, Math.Max(1, ready + off));
        }
    }

    private protected override object? Apply(Answer answer, Arrival arguments) => answer(
        arguments.Ahead, arguments.Workers, Milliseconds(arguments.Service), Milliseconds(arguments.Age),
        Milliseconds(arguments.Patience));

    private protected override string Describe(Arrival arguments) =>
        InvariantText.Format($"asked for a request with {arguments.Ahead} ahead, {arguments.Workers} workers, ")
        + InvariantText.Format($"{arguments.Service} ms of service, sent {arguments.Age} ms ago, ")
        + InvariantText.Format($"{arguments.Patience} ms of patience");

    // Requests are done in rounds of one for each worker; the first round is number 1.
    private static int Round(int ahead, int workers) => (ahead / workers) + 1;

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);

    /// <summary>The arguments of one call, with times in milliseconds; see <see cref="Answer"/>.</summary>
    /// <param name="Ahead">The requests that came before.</param>
    /// <param name="Workers">The number of workers.</param>
    /// <param name="Service">The service time.</param>
    /// <param name="Age">How long ago the request was sent.</param>
    /// <param name="Patience">How long the client waits.</param>
    public sealed record Arrival(int Ahead, int Workers, int Service, int Age, int Patience);
}
