using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Decides whether and when a dead worker is replaced. The delay doubles with each recent death, so that a worker that dies at
/// once does not keep the machine busy with restarts. If more workers die within the period than the limit allows, restarting
/// does not help. (Erlang's supervisors have the same two parameters, <em>intensity</em> and <em>period</em>.)
/// </summary>
internal sealed class RestartPolicy(TimeSpan delay, int limit, TimeSpan period)
{
    private readonly Queue<long> _deaths = new();

    /// <summary>Records a death and decides whether to replace the worker.</summary>
    /// <param name="now">When the death was noticed, in ticks of <see cref="Stopwatch"/>.</param>
    /// <returns>How long to wait before replacing the worker; null to give up.</returns>
    public TimeSpan? AfterDeath(long now)
    {
        while (_deaths.TryPeek(out var oldest) && Stopwatch.GetElapsedTime(oldest, now) > period)
        {
            _deaths.Dequeue();
        }

        _deaths.Enqueue(now);
        return _deaths.Count > limit ? null : delay * Math.Pow(2, _deaths.Count - 1);
    }
}
