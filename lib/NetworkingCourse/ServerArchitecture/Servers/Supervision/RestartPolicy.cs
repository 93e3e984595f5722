using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// When a dead worker is replaced, and when no more. The delay doubles with each death that is remembered, so that a worker which
/// dies at once does not keep the machine busy with its resurrection; more deaths in the period than the limit allows mean that
/// restarting does not help. (Erlang's supervisors have the same two numbers, <em>intensity</em> and <em>period</em>.)
/// </summary>
internal sealed class RestartPolicy(TimeSpan delay, int limit, TimeSpan period)
{
    private readonly Queue<long> _deaths = new();

    /// <summary>Notes a death and decides.</summary>
    /// <param name="now">When it was noticed, in ticks of <see cref="Stopwatch"/>.</param>
    /// <returns>How long to wait before the worker is replaced; null: not any more.</returns>
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
