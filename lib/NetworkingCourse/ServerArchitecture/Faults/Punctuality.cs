using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Watches whether this process keeps time. A client that is late itself, because other programs or other code hold the cores
/// or the thread pool, cannot say that a server is.
/// </summary>
internal sealed class Punctuality : IDisposable
{
    private const int Attempts = 3;

    // A delay of more than this share of a time limit can decide who keeps the limit.
    private const double Tolerance = 0.2;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private long _last = Stopwatch.GetTimestamp();
    private TimeSpan _worstDelay;

    private Punctuality() => _timer = new Timer(_ => Look(), null, Tick, Tick);

    /// <summary>By how much the thread pool was late, at worst, in what was due since the watch began.</summary>
    private TimeSpan WorstDelay
    {
        get
        {
            Look();
            lock (_gate)
            {
                return _worstDelay;
            }
        }
    }

    /// <summary>
    /// Makes an attempt whose outcome depends on a time limit. If it fails while this process does not keep time, the outcome
    /// says nothing, and another attempt follows with twice the limit; the third outcome counts in any case.
    /// </summary>
    /// <param name="limit">The shortest time that decides about the outcome.</param>
    /// <param name="attempt">Makes an attempt with the given limit.</param>
    /// <param name="hasSucceeded">Whether an outcome is as good as can be.</param>
    public static async Task<T> JudgeAsync<T>(TimeSpan limit, Func<TimeSpan, Task<T>> attempt, Func<T, bool> hasSucceeded)
    {
        for (var i = 1; ; i++, limit *= 2)
        {
            using var watch = new Punctuality();
            var outcome = await attempt(limit).ConfigureAwait(false);
            if (i == Attempts || hasSucceeded(outcome) || watch.WorstDelay < Tolerance * limit)
            {
                return outcome;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            var delay = Stopwatch.GetElapsedTime(_last, now) - Tick;
            (_last, _worstDelay) = (now, delay > _worstDelay ? delay : _worstDelay);
        }
    }
}
