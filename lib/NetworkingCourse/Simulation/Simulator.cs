using NetworkingCourse.Display;

namespace NetworkingCourse.Simulation;

/// <summary>
/// A discrete-event simulation: a clock, and a list of what is due when. Running it takes the earliest event from the list, sets the clock to
/// its time, and does what it says, which usually puts further events on the list. Nobody waits: an hour takes as long as its events take to compute.
/// </summary>
/// <remarks>
/// The same program with the same seed does the same on every run and on every machine. Events due at the same time run in the order in which
/// they were put on the list, and chance comes from the seed alone. Not safe for use by several threads.
/// </remarks>
/// <param name="seed">What chance begins with.</param>
public sealed class Simulator(int seed = 1)
{
    /// <summary>How many events a run may take, unless told otherwise: a simulation that never ends would hang its notebook.</summary>
    public const long DefaultMostEvents = 50_000_000;

    private readonly EventQueue _queue = new();
    private int _streams;
    private bool _isRunning;

    /// <summary>What chance began with.</summary>
    public int Seed { get; } = seed;

    /// <summary>The simulated time, from the start of the simulation.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>How many events have run.</summary>
    public long EventsRun { get; private set; }

    /// <summary>How many events are on the list.</summary>
    public int Pending => _queue.Count;

    /// <summary>When the next event is due; null if there is none.</summary>
    public TimeSpan? NextDue => _queue.Count == 0 ? null : new TimeSpan(_queue.NextTime);

    /// <summary>
    /// A stream of random numbers of its own, for a part of the simulation. The n-th stream is the same whatever the others are used for:
    /// so one link can be given more loss, and nothing changes in what the others do.
    /// </summary>
    public SeededRandom NewRandom() => new(Seed, ++_streams);

    /// <summary>Puts an event on the list.</summary>
    /// <param name="delay">In how much time from now it is due; 0 or more.</param>
    /// <param name="action">What is done then.</param>
    /// <returns>A handle by which it can be taken off the list again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It would have been due already.</exception>
    public SimulatedTimer After(TimeSpan delay, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return _queue.Add(DueTime(delay), static (action, _, _) => ((Action)action)(), action, null, null);
    }

    /// <summary>
    /// Puts an event on the list, without making an object of it: for what happens a million times. What the action needs is handed over
    /// beside it, so that it can be <c>static</c>.
    /// </summary>
    /// <param name="delay">In how much time from now it is due; 0 or more.</param>
    /// <param name="first">What the action is given, for instance the link.</param>
    /// <param name="second">What the action is given as well, for instance the packet.</param>
    /// <param name="action">What is done then.</param>
    /// <returns>A handle by which it can be taken off the list again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It would have been due already.</exception>
    public SimulatedTimer After<TFirst, TSecond>(TimeSpan delay, TFirst first, TSecond second, Action<TFirst, TSecond> action)
        where TFirst : class
        where TSecond : class
    {
        ArgumentNullException.ThrowIfNull(action);
        return _queue.Add(DueTime(delay), Typed<TFirst, TSecond>.Invoke, action, first, second);
    }

    /// <summary>Takes an event off the list.</summary>
    /// <returns>Whether it was on it: an event that has run, or was cancelled before, is not.</returns>
    public bool Cancel(SimulatedTimer timer) => _queue.Remove(timer);

    /// <summary>Whether an event is still on the list.</summary>
    public bool IsPending(SimulatedTimer timer) => _queue.Contains(timer);

    /// <summary>Runs the next event.</summary>
    /// <returns>False: there was none.</returns>
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

    /// <summary>Runs until nothing is due any more.</summary>
    /// <param name="mostEvents">How many events that may take.</param>
    /// <returns>How many it took.</returns>
    /// <exception cref="InvalidOperationException">They were not enough; or the simulation is running already.</exception>
    public long Run(long mostEvents = DefaultMostEvents) => Run(TimeSpan.MaxValue, mostEvents);

    /// <summary>Runs what is due up to and including this time, and sets the clock to it.</summary>
    /// <param name="time">The simulated time; not before <see cref="Now"/>.</param>
    /// <param name="mostEvents">How many events that may take.</param>
    /// <returns>How many it took.</returns>
    /// <exception cref="ArgumentOutOfRangeException">That time is over.</exception>
    /// <exception cref="InvalidOperationException">The events were not enough; or the simulation is running already.</exception>
    public long RunUntil(TimeSpan time, long mostEvents = DefaultMostEvents)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Now);
        var count = Run(time, mostEvents);
        Now = time;
        return count;
    }

    private long Run(TimeSpan time, long mostEvents)
    {
        if (_isRunning)
        {
            throw new InvalidOperationException("The simulation is running already: an event cannot run it, it can only put further events on the list.");
        }

        _isRunning = true;
        try
        {
            var count = 0L;
            while (_queue.Count > 0 && _queue.NextTime <= time.Ticks)
            {
                if (count == mostEvents)
                {
                    throw new InvalidOperationException(InvariantText.Format(
                        $"After {count:N0} events, at {InvariantText.Of(Now)}, {Pending:N0} are still on the list: this simulation may never end. RunUntil runs it for a given time."));
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

    // One for each pair of types, made once: the list itself knows nothing of types.
    private static class Typed<TFirst, TSecond>
        where TFirst : class
        where TSecond : class
    {
        public static readonly Action<Delegate, object?, object?> Invoke =
            static (action, first, second) => ((Action<TFirst, TSecond>)action)((TFirst)first!, (TSecond)second!);
    }
}
