using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>How a server spends its think time.</summary>
public enum ThinkKind
{
    /// <summary>It waits, as for a disk or a database: the processor is free for others meanwhile.</summary>
    Waiting,

    /// <summary>It computes: the processor is busy, and no architecture can share it out more than once.</summary>
    Computing,

    /// <summary>It waits, but in a call that holds its thread, as much code does that was written before there was anything else.</summary>
    Blocking,
}

/// <summary>The think time of one server: the work that an answer costs, on one knob.</summary>
public sealed class Think : IDisposable
{
    /// <summary>How many rounds of <see cref="Spin"/> one core does in a millisecond, measured once and used ever after.</summary>
    private static Lazy<double> _roundsPerMillisecond = new(Calibrate);

    private readonly TimeSpan _time;
    private readonly ThinkKind _kind;
    private readonly CancellationToken _aborted;
    private readonly PreciseDelay _delay;
    private readonly BlockingDelay _sleep;

    /// <param name="time">How long: a waiting time; or, for computing, the work that takes this long on a core of its own.</param>
    /// <param name="kind">Waiting or computing.</param>
    /// <param name="aborted">Cancelled when conversations are cut short.</param>
    internal Think(TimeSpan time, ThinkKind kind, CancellationToken aborted)
    {
        (_time, _kind, _aborted) = (time, kind, aborted);
        _delay = new PreciseDelay(time, aborted);
        _sleep = new BlockingDelay(aborted);
        if (kind == ThinkKind.Computing)
        {
            // Now, so that the first answer does not pay for it.
            _ = _roundsPerMillisecond.Value;
        }
    }

    /// <summary>How fast a core computes, for a process that has to do without measuring; 0 if nobody computes.</summary>
    internal static double RoundsIf(params ReadOnlySpan<ThinkKind> kinds) => kinds.Contains(ThinkKind.Computing) ? _roundsPerMillisecond.Value : 0;

    /// <summary>Takes the word of another process of this machine for how fast a core computes.</summary>
    internal static void KnowRoundsPerMillisecond(double rounds)
    {
        if (rounds > 0)
        {
            _roundsPerMillisecond = new Lazy<double>(rounds);
        }
    }

    /// <summary>Whether thinking is a wait that a timer can do; and not one that holds a thread, or nothing at all.</summary>
    internal bool HoldsNoThread => _time > TimeSpan.Zero && _kind == ThinkKind.Waiting;

    /// <summary>How long, in ticks of <see cref="Stopwatch"/>.</summary>
    internal long Ticks => (long)(_time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Thinks on the calling thread, which can do nothing else meanwhile.</summary>
    /// <exception cref="OperationCanceledException">The conversation is cut short.</exception>
    public void Block()
    {
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

    /// <summary>Thinks without holding a thread, if thinking is waiting: a <c>Task.Delay</c>, only more exact. Computing holds one in any case.</summary>
    /// <inheritdoc cref="Block"/>
    public Task DelayAsync()
    {
        if (HoldsNoThread)
        {
            return _delay.WaitAsync();
        }

        Block();
        return Task.CompletedTask;
    }

    /// <summary>Gives back the thread that times asynchronous waiting.</summary>
    public void Dispose() => _delay.Dispose();

    /// <summary>
    /// Does a fixed amount of work: what fits into the think time on a core of its own. Two of these on one core take
    /// twice as long, which a loop that only watches the clock would not.
    /// </summary>
    private void Compute()
    {
        for (var left = _time.TotalMilliseconds; left > 0; left--)
        {
            _aborted.ThrowIfCancellationRequested();
            Spin((long)(_roundsPerMillisecond.Value * Math.Min(left, 1)));
        }
    }

    // Many short bursts, of which the quickest counts: on a busy machine most are interrupted, and a core that is shared looks slow.
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

    // Optimised from the first call: a loop that got faster while it runs could not be calibrated.
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
