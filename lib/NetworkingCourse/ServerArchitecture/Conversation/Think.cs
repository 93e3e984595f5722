using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>How a server spends its think time.</summary>
public enum ThinkKind
{
    /// <summary>It waits, as for a disk or a database, which leaves the processor free for other work.</summary>
    Waiting,

    /// <summary>It computes, which keeps the processor busy; no architecture can use the same processor time twice.</summary>
    Computing,

    /// <summary>It waits in a call that blocks its thread, as much code from before asynchronous calls does.</summary>
    Blocking,
}

/// <summary>The think time of a server: an adjustable amount of work or waiting for each answer.</summary>
public sealed class Think : IDisposable
{
    /// <summary>The number of rounds of <see cref="Spin"/> that one core does in a millisecond; measured only once.</summary>
    private static Lazy<double> _roundsPerMillisecond = new(Calibrate);

    private readonly TimeSpan _time;
    private readonly ThinkKind _kind;
    private readonly CancellationToken _aborted;
    private readonly PreciseDelay _delay;
    private readonly BlockingDelay _sleep;

    /// <param name="time">The time to wait or, for computing, the work that takes this long on a dedicated core.</param>
    /// <param name="kind">How the time is spent.</param>
    /// <param name="aborted">Cancelled when conversations are aborted.</param>
    internal Think(TimeSpan time, ThinkKind kind, CancellationToken aborted)
    {
        (_time, _kind, _aborted) = (time, kind, aborted);
        _delay = new PreciseDelay(time, aborted);
        _sleep = new BlockingDelay(aborted);
        if (kind == ThinkKind.Computing)
        {
            // Measure now, so that the first answer is not delayed by it.
            _ = _roundsPerMillisecond.Value;
        }
    }

    /// <summary>
    /// The computing speed of a core, to pass to another process so that it need not measure; 0 if nothing computes.
    /// </summary>
    internal static double RoundsIf(params ReadOnlySpan<ThinkKind> kinds) =>
        kinds.Contains(ThinkKind.Computing) ? _roundsPerMillisecond.Value : 0;

    /// <summary>Adopts the computing speed of a core as measured by another process on this machine.</summary>
    internal static void KnowRoundsPerMillisecond(double rounds)
    {
        if (rounds > 0)
        {
            _roundsPerMillisecond = new Lazy<double>(rounds);
        }
    }

    /// <summary>Whether the think time is a wait that a timer can do without a thread; false also if it is zero.</summary>
    internal bool HoldsNoThread => _time > TimeSpan.Zero && _kind == ThinkKind.Waiting;

    /// <summary>Counts the answers being thought about at the same time; null if they are not counted.</summary>
    internal ThinkCount? Count { get; init; }

    /// <summary>The think time in ticks of <see cref="Stopwatch"/>.</summary>
    internal long Ticks => (long)(_time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Spends the think time on the calling thread, which it blocks.</summary>
    /// <exception cref="OperationCanceledException">The conversation was aborted.</exception>
    public void Block()
    {
        using var counted = Count?.Begin(Thread.CurrentThread.IsThreadPoolThread);
        if (_time <= TimeSpan.Zero)
        {
            return;
        }

        if (_kind == ThinkKind.Computing)
        {
            Compute();
        }
        else
        {
            _sleep.Wait(_time);
        }
    }

    /// <summary>
    /// Spends the think time; a waiting think time blocks no thread, like <c>Task.Delay</c> but more accurate. The other kinds
    /// block the calling thread.
    /// </summary>
    /// <inheritdoc cref="Block"/>
    public Task DelayAsync()
    {
        if (HoldsNoThread)
        {
            return Count is null ? _delay.WaitAsync() : CountedAsync(Count);
        }

        Block();
        return Task.CompletedTask;
    }

    private async Task CountedAsync(ThinkCount count)
    {
        using (count.Begin(blocksThePool: false))
        {
            await _delay.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the thread that times asynchronous waits.</summary>
    public void Dispose() => _delay.Dispose();

    /// <summary>
    /// Does a fixed amount of work: as much as a dedicated core does in the think time. Two such computations on one core take
    /// twice as long, unlike a loop that only watches the clock.
    /// </summary>
    private void Compute()
    {
        for (var left = _time.TotalMilliseconds; left > 0; left--)
        {
            _aborted.ThrowIfCancellationRequested();
            Spin((long)(_roundsPerMillisecond.Value * Math.Min(left, 1)));
        }
    }

    // Runs many short bursts and takes the fastest: on a busy machine most bursts are interrupted, and a shared core looks slow.
    private static double Calibrate()
    {
        const int bursts = 150;
        const long rounds = 100_000;
        var best = double.MaxValue;
        for (var i = 0; i < bursts; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Spin(rounds);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return rounds / best;
    }

    // Optimized from the first call: tiered compilation would make the loop faster as it runs, which would spoil the calibration.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static ulong Spin(long rounds)
    {
        var state = 88172645463325252UL;
        for (var i = 0L; i < rounds; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }

        return state;
    }
}
