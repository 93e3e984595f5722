using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 4.10: the mean waiting time of M/D/1.</summary>
    public static MeanWaitExercise MeanWait { get; } = new();
}

/// <summary>The learner computes how long a request waits on average for a single worker (M/D/1).</summary>
public sealed class MeanWaitExercise : CaseExercise<MeanWaitExercise.Answer, MeanWaitExercise.Arrivals>
{
    private const int RandomCases = 40;

    internal MeanWaitExercise()
        : base(new ExerciseText(
            "4-server-architecture/10-under-load.ipynb", "4.10", 1, nameof(Exercises.MeanWait),
            "How long does a request wait for the worker?",
            "Requests arrive at random (a Poisson process), `perSecond` a second on average. One worker takes them in order and "
                + "needs `service` for each, always the same time: M/D/1. Return the mean time that a request waits before the "
                + "worker begins with it. If the worker cannot keep up, so that there is no mean, throw an "
                + "`ArgumentOutOfRangeException`.",
            [
                "The load ρ is the share of the time during which the worker is busy: arrivals per second times seconds per "
                    + "request. The formula in the lesson is for the whole latency; the wait is a part of it.",
                "The wait is ρ·S / (2·(1 − ρ)), with ρ = `perSecond * service.TotalSeconds`. From ρ = 1 on, the queue grows "
                    + "without limit: `throw new ArgumentOutOfRangeException(nameof(perSecond))`.",
            ]))
    {
    }

    /// <summary>The learner's method.</summary>
    /// <param name="perSecond">How many requests arrive per second on average; not negative.</param>
    /// <param name="service">The time that the worker needs for each request.</param>
    /// <returns>The mean time from a request's arrival until the worker begins with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The worker cannot keep up.</exception>
    public delegate TimeSpan Answer(double perSecond, TimeSpan service);

    // The one formula of the course, which the charts use too.
    internal override Answer Reference => (perSecond, service) => perSecond * service.TotalSeconds < 1
        ? Queueing.MeanLatency(service, workers: 1, perSecond * service.TotalSeconds) - service
        : throw new ArgumentOutOfRangeException(nameof(perSecond), "The worker cannot keep up.");

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        new(
            "takes the formula of M/M/1",
            "Your method computes ρ·S / (1 − ρ), the wait if service times are random too (M/M/1). Here every request takes the "
                + "same time, and the wait is half as long: half of the waiting of M/M/1 comes from the occasional long request.",
            (perSecond, service) => 2 * Wait(service, Checked(perSecond, service))),
        new(
            "takes the latency of M/M/1",
            "Your method computes S / (1 − ρ). That is a well-known formula, but it is for random service times (M/M/1), and it "
                + "is for the whole latency and not for the wait. With no load at all, it says that a request waits for one "
                + "service time.",
            (perSecond, service) => service / (1 - Checked(perSecond, service))),
        new(
            "includes the service time",
            "Your method returns the latency: the wait plus the service time. A request stops waiting when the worker begins "
                + "with it. With no load at all, nothing waits.",
            (perSecond, service) => service + Wait(service, Checked(perSecond, service))),
        new(
            "forgets the service time",
            "Your method returns ρ / (2·(1 − ρ)). That is not a time but a number: the wait in multiples of the service time. A "
                + "worker that is ten times as fast and gets ten times as many requests has the same load, but a tenth of the "
                + "wait.",
            (perSecond, service) => Wait(TimeSpan.FromSeconds(1), Checked(perSecond, service))),
        new(
            "forgets the load in the numerator",
            "Your method computes S / (2·(1 − ρ)). A request waits only if it finds the worker busy, and ρ is the share of the "
                + "requests that do. With no load at all, nothing waits.",
            (perSecond, service) => service / (2 * (1 - Checked(perSecond, service)))),
        new(
            "multiplies by the second factor of the denominator",
            "Your method computes `… / 2 * (1 - rho)`. C# evaluates from left to right, so `a / 2 * b` is `(a / 2) * b`. The "
                + "result says that requests hardly wait for a worker that is almost always busy. Put the denominator in "
                + "brackets: `a / (2 * b)`.",
            (perSecond, service) =>
            {
                var load = Checked(perSecond, service);
                return load * service / 2 * (1 - load);
            }),
        new(
            "does not refuse an overload",
            "Your method has no limit. Above a load of 1 the formula gives negative times: a request would be served before it "
                + "arrives. In truth the queue grows for as long as requests come, and there is no mean. A plan made with such a "
                + "number buys too few servers.",
            (perSecond, service) => Wait(service, perSecond * service.TotalSeconds)),
        new(
            "refuses only more than the full load",
            "Your method refuses loads above 1, but not 1 itself, where 1 − ρ is zero. At a load of exactly 1, the worker has "
                + "no time to spare: it never makes up for a moment in which it was idle, and the queue grows without limit.",
            (perSecond, service) => perSecond * service.TotalSeconds > 1
                ? throw new ArgumentOutOfRangeException(nameof(perSecond))
                : Wait(service, perSecond * service.TotalSeconds)),
        new(
            "takes milliseconds for seconds",
            "Your method multiplies requests per second by milliseconds. The load comes out a thousand times too high, and a "
                + "worker that is busy half of the time is refused. In a load, the units must cancel out.",
            (perSecond, service) => Wait(service, Checked(1000 * perSecond, service))),
    ];

    private protected override IEnumerable<Arrivals> Cases(Random random)
    {
        yield return new Arrivals(0, TimeSpan.FromMilliseconds(10));
        yield return new Arrivals(50, TimeSpan.FromMilliseconds(10));
        yield return new Arrivals(90, TimeSpan.FromMilliseconds(10));
        yield return new Arrivals(9, TimeSpan.FromMilliseconds(100));
        yield return new Arrivals(100, TimeSpan.FromMilliseconds(10));
        yield return new Arrivals(150, TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < RandomCases; i++)
        {
            yield return new Arrivals(random.Next(1, 125), TimeSpan.FromMilliseconds(random.Next(1, 17) / 2.0));
        }
    }

    private protected override object? Apply(Answer answer, Arrivals arguments) => answer(arguments.PerSecond, arguments.Service);

    private protected override string Describe(Arrivals arguments) =>
        InvariantText.Format($"asked for {arguments.PerSecond:0.#} requests a second, ")
        + $"each of which takes {InvariantText.Of(arguments.Service)}";

    private static double Checked(double perSecond, TimeSpan service)
    {
        var load = perSecond * service.TotalSeconds;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(load, 1, nameof(perSecond));
        return load;
    }

    private static TimeSpan Wait(TimeSpan service, double load) => load / (2 * (1 - load)) * service;

    /// <summary>The arguments of one call; see <see cref="Answer"/>.</summary>
    /// <param name="PerSecond">The arrivals per second.</param>
    /// <param name="Service">The service time.</param>
    public sealed record Arrivals(double PerSecond, TimeSpan Service);
}
