using NetworkingCourse.Display;

namespace NetworkingCourse.Simulation;

/// <summary>
/// A discrete-event simulation: a clock and a list of pending events. Running it removes the earliest event from the list, sets
/// the clock to its time, and runs its action, which usually schedules further events. No thread waits: an hour takes only as
/// long as its events take to compute.
/// </summary>
/// <remarks>
/// The same program with the same seed behaves the same on every run and on every machine. Events due at the same time run in the
/// order in which they were scheduled, and all randomness comes from the seed. Not safe for use by several threads.
/// </remarks>
/// <param name="seed">The seed of all random numbers.</param>
public sealed class Simulator(int seed = 1)
{
    /// <summary>
    /// The default limit on the number of events of a run. Without a limit, a simulation that never ends would hang its notebook.
    /// </summary>
    public const long DefaultMaxEvents = 50_000_000;

    private readonly EventQueue _queue = new();
    private int _streams;
    private bool _isRunning;

    /// <summary>The seed of all random numbers.</summary>
    public int Seed { get; } = seed;

    /// <summary>The simulated time, from the start of the simulation.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The number of events that have run.</summary>
    public long EventsRun { get; private set; }

    /// <summary>The number of pending events.</summary>
    public int Pending => _queue.Count;

    /// <summary>The time at which the next event is due; null if there is none.</summary>
    public TimeSpan? NextDue => _queue.Count == 0 ? null : new TimeSpan(_queue.NextTime);

    /// <summary>
    /// Creates a separate stream of random numbers for a part of the simulation. The n-th stream does not depend on the use of
    /// the others: a higher loss on one link, for example, does not change the behavior of the other links.
    /// </summary>
    public SeededRandom NewRandom() => new(Seed, ++_streams);

    /// <summary>Schedules an event.</summary>
    /// <param name="delay">The time from now until it is due; 0 or more.</param>
    /// <param name="action">The action to run then.</param>
    /// <returns>A handle with which the event can be cancelled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public SimulatedTimer After(TimeSpan delay, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return _queue.Add(DueTime(delay), static (action, _, _) => ((Action)action)(), action, null, null);
    }

    /// <summary>
    /// Schedules an event without allocating an object, for events that occur a million times. The action's state is passed as
    /// arguments, so that it can be <c>static</c>.
    /// </summary>
    /// <param name="delay">The time from now until it is due; 0 or more.</param>
    /// <param name="first">The first argument of the action, for example the link.</param>
    /// <param name="second">The second argument of the action, for example the packet.</param>
    /// <param name="action">The action to run then.</param>
    /// <returns>A handle with which the event can be cancelled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public SimulatedTimer After<TFirst, TSecond>(TimeSpan delay, TFirst first, TSecond second, Action<TFirst, TSecond> action)
        where TFirst : class
        where TSecond : class
    {
        ArgumentNullException.ThrowIfNull(action);
        return _queue.Add(DueTime(delay), Typed<TFirst, TSecond>.Invoke, action, first, second);
    }

    /// <summary>Cancels an event.</summary>
    /// <returns>Whether the event was pending: it was not if it had run or been cancelled before.</returns>
    public bool Cancel(SimulatedTimer timer) => _queue.Remove(timer);

    /// <summary>Whether an event is still pending.</summary>
    public bool IsPending(SimulatedTimer timer) => _queue.Contains(timer);

    /// <summary>Runs the next event.</summary>
    /// <returns>False if there was none.</returns>
    public bool Step()
    {
        if (_queue.Count == 0)
        {
            return false;
        }

        Now = new TimeSpan(_queue.NextTime);
        EventsRun++;
        _queue.TakeNext().Run();
        return true;
    }

    /// <summary>Runs until no events are pending.</summary>
    /// <param name="maxEvents">The maximum number of events.</param>
    /// <returns>The number of events that have run.</returns>
    /// <exception cref="InvalidOperationException">
    /// There were more events than allowed, or the simulation is already running.
    /// </exception>
    public long Run(long maxEvents = DefaultMaxEvents) => Run(TimeSpan.MaxValue, maxEvents);

    /// <summary>Runs the events that are due up to and including this time, and sets the clock to it.</summary>
    /// <param name="time">The simulated time; not before <see cref="Now"/>.</param>
    /// <param name="maxEvents">The maximum number of events.</param>
    /// <returns>The number of events that have run.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is in the past.</exception>
    /// <exception cref="InvalidOperationException">
    /// There were more events than allowed, or the simulation is already running.
    /// </exception>
    public long RunUntil(TimeSpan time, long maxEvents = DefaultMaxEvents)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Now);
        var count = Run(time, maxEvents);
        Now = time;
        return count;
    }

    private long Run(TimeSpan time, long maxEvents)
    {
        if (_isRunning)
        {
            throw new InvalidOperationException(
                "The simulation is already running: an event cannot run it; it can only schedule further events.");
        }

        _isRunning = true;
        try
        {
            var count = 0L;
            while (_queue.Count > 0 && _queue.NextTime <= time.Ticks)
            {
                if (count == maxEvents)
                {
                    throw new InvalidOperationException(
                        InvariantText.Format(
                            $"After {count:N0} events, at {InvariantText.Of(Now)}, {Pending:N0} are still pending: ")
                        + "this simulation may never end. Use RunUntil to run it up to a given time.");
                }

                Step();
                count++;
            }

            return count;
        }
        finally
        {
            _isRunning = false;
        }
    }

    private long DueTime(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return (Now + delay).Ticks;
    }

    // One delegate for each pair of types, created once: the queue itself is not generic.
    private static class Typed<TFirst, TSecond>
        where TFirst : class
        where TSecond : class
    {
        public static readonly Action<Delegate, object?, object?> Invoke =
            static (action, first, second) => ((Action<TFirst, TSecond>)action)((TFirst)first!, (TSecond)second!);
    }
}
