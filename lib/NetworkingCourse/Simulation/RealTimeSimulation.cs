using System.Diagnostics;

namespace NetworkingCourse.Simulation;

/// <summary>
/// Runs a simulation in real time, on its own thread: an event that is due after 20 ms of simulated time runs after 20 ms of real
/// time, to within a millisecond or two. Thus a model written for simulated time serves real sockets unchanged. Safe for use by
/// any number of threads.
/// </summary>
internal sealed class RealTimeSimulation : IDisposable
{
    private readonly object _gate = new(); // a Monitor, because threads can wait on it
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Simulator _simulator;
    private readonly Thread _thread;
    private bool _ended;

    /// <param name="simulator">The simulator. From now on, only this object may run it.</param>
    /// <param name="name">The name of the thread.</param>
    public RealTimeSimulation(Simulator simulator, string name)
    {
        _simulator = simulator;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.UnsafeStart();
    }

    /// <summary>Runs an action now: the simulated time is the present, and no events run at the same time.</summary>
    /// <returns>False if the simulation has ended, and the action did not run.</returns>
    public bool Do(Action action)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            CatchUp();
            action();
            // Run the events that the action has made due at once on this thread.
            CatchUp();
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Ends the simulation. Pending events do not run any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        lock (_gate)
        {
            while (!_ended)
            {
                CatchUp();
                // Monitor.Wait has a resolution of a millisecond. Round up, because a thread that wakes early finds nothing due.
                var wait = _simulator.NextDue is { } due
                    ? (int)Math.Clamp(Math.Ceiling((due - Elapsed).TotalMilliseconds), 0, int.MaxValue)
                    : Timeout.Infinite;
                Monitor.Wait(_gate, wait);
            }
        }
    }

    private void CatchUp() => _simulator.RunUntil(Elapsed);

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);
}
