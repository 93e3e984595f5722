namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The queueing theory of a server with c workers, at which requests arrive at random at a rate of λ per second (a
/// Poisson process), and which takes the same time S for each: M/D/c in Kendall's notation. The load is ρ = λ·S/c; when
/// it reaches 1, the queue grows without limit.
/// </summary>
public static class Queueing
{
    /// <summary>The mean time from a request's arrival to its answer.</summary>
    /// <param name="service">The service time S.</param>
    /// <param name="workers">The number of workers c; <see cref="int.MaxValue"/> if no request ever waits.</param>
    /// <param name="load">The load ρ, from 0 to below 1.</param>
    /// <remarks>
    /// With one worker, this is the Pollaczek–Khinchine formula, S + ρ·S / (2·(1 − ρ)), which is exact. With more, it is half
    /// the wait of M/M/c (Erlang C) times Cosmetatos' correction, which is accurate to within a few per cent (Cosmetatos,
    /// <em>Approximate explicit formulae for the average queueing time in the processes M/D/r and D/M/r</em>, INFOR 13, 1975).
    /// </remarks>
    public static TimeSpan MeanLatency(TimeSpan service, int workers, double load)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(load);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(load, 1);
        return workers == int.MaxValue ? service : service * (1 + Wait(workers, load));
    }

    /// <summary>
    /// Simulates a queue for given arrivals: requests are served in the order of arrival, each by the first free
    /// worker, and all take the same time.
    /// </summary>
    /// <param name="arrivals">The arrival times, in ascending order.</param>
    /// <param name="service">The service time.</param>
    /// <param name="workers">The number of workers.</param>
    public static Latencies Replay(IReadOnlyList<TimeSpan> arrivals, TimeSpan service, int workers)
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        var free = new PriorityQueue<int, TimeSpan>(Enumerable.Range(0, workers).Select(worker => (worker, TimeSpan.Zero)));
        return new Latencies(arrivals.Select(arrival =>
        {
            free.TryDequeue(out var worker, out var since);
            var done = (since > arrival ? since : arrival) + service;
            free.Enqueue(worker, done);
            return done - arrival;
        }));
    }

    // The mean wait, in multiples of the service time.
    private static double Wait(int workers, double load)
    {
        double c = workers;
        var markovian = ErlangC(workers, load) / (c * (1 - load));
        var correction = load > 0 ? 1 + ((1 - load) * (c - 1) * (Math.Sqrt(4 + (5 * c)) - 2) / (16 * load * c)) : 1;
        // The correction was not made for light loads. No wait is longer than with random service times (M/M/c).
        return Math.Min(markovian, markovian / 2 * correction);
    }

    /// <summary>
    /// The share of requests that find all workers busy, if service times are random too (M/M/c): the Erlang C formula.
    /// </summary>
    /// <param name="workers">The number of workers c.</param>
    /// <param name="load">The load ρ, from 0 to below 1.</param>
    public static double ErlangC(int workers, double load)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        // Uses the recursion for Erlang B, which does not overflow as factorials do.
        var offered = workers * load;
        var blocked = 1.0;
        for (var k = 1; k <= workers; k++)
        {
            blocked = offered * blocked / (k + (offered * blocked));
        }

        return blocked / (1 - (load * (1 - blocked)));
    }
}
