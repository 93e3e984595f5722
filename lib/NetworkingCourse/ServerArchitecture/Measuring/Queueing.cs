namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What theory says of a server that requests arrive at by chance, at a rate of λ a second (a Poisson process), and that takes the same time S for
/// each, on c workers. In Kendall's notation M/D/c. The load is ρ = λ·S/c; where it reaches 1, the queue grows for ever.
/// </summary>
public static class Queueing
{
    /// <summary>The mean time from a request's arrival to its answer.</summary>
    /// <param name="service">The service time S.</param>
    /// <param name="workers">The number of workers c; <see cref="int.MaxValue"/> where nobody ever waits.</param>
    /// <param name="load">The load ρ, from 0 to below 1.</param>
    /// <remarks>
    /// With one worker Pollaczek's and Khinchine's formula, S + ρ·S / (2·(1 − ρ)), which is exact. With more, half of the wait of M/M/c (Erlang's C) times
    /// Cosmetatos' correction, which is right to within a few per cent (Cosmetatos, <em>Approximate explicit formulae for the average queueing time
    /// in the processes M/D/r and D/M/r</em>, INFOR 13, 1975).
    /// </remarks>
    public static TimeSpan MeanLatency(TimeSpan service, int workers, double load)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(load);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(load, 1);
        return workers == int.MaxValue ? service : service * (1 + Wait(workers, load));
    }

    /// <summary>What a queue makes of given arrivals: each request waits for the worker that is free first, in the order of arrival, and takes the same time.</summary>
    /// <param name="arrivals">When requests arrive, rising.</param>
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

    // The mean wait, in service times.
    private static double Wait(int workers, double load)
    {
        double c = workers;
        var markovian = ErlangC(workers, load) / (c * (1 - load));
        var correction = load > 0 ? 1 + ((1 - load) * (c - 1) * (Math.Sqrt(4 + (5 * c)) - 2) / (16 * load * c)) : 1;
        // Light loads are outside of what the correction was made for; no wait is longer than if service times varied as well.
        return Math.Min(markovian, markovian / 2 * correction);
    }

    /// <summary>The share of requests that find all workers busy, if service times are random too (M/M/c): Erlang's C formula.</summary>
    /// <param name="workers">The number of workers c.</param>
    /// <param name="load">The load ρ, from 0 to below 1.</param>
    public static double ErlangC(int workers, double load)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        // By Erlang's B and its recursion, which does not overflow as factorials do.
        var offered = workers * load;
        var blocked = 1.0;
        for (var k = 1; k <= workers; k++)
        {
            blocked = offered * blocked / (k + (offered * blocked));
        }

        return blocked / (1 - (load * (1 - blocked)));
    }
}
