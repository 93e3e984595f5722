using System.Diagnostics;

namespace NetworkingCourse.Simulation;

/// <summary>
/// Runs a simulation by the wall clock, on a thread of its own: what is due in 20 ms of its time is done in 20 ms of ours, to within a millisecond or two. So a
/// model that was written for simulated time serves real sockets, unchanged. Safe for use by any number of threads.
/// </summary>
internal sealed class RealTimeSimulation : IDisposable
{
    private readonly object _gate = new(); // a Monitor, because it can be waited on
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Simulator _simulator;
    private readonly Thread _thread;
    private bool _ended;

    /// <param name="simulator">From here on it is run by this and nobody else.</param>
    /// <param name="name">The thread's name.</param>
    public RealTimeSimulation(Simulator simulator, string name)
    {
        _simulator = simulator;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.UnsafeStart();
    }

    /// <summary>Does something now: the simulation's time is the present, and nothing else of it happens meanwhile.</summary>
    /// <returns>False: it has ended, and nothing was done.</returns>
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
            // What is due at once is done at once, by whoever brought it about.
            CatchUp();
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Ends it; what is still due does not happen any more.</summary>
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
                // A thread on a monitor is woken at whole milliseconds: rather late than early, when nothing would be due yet.
                var wait = _simulator.NextDue is { } due ? (int)Math.Clamp(Math.Ceiling((due - Elapsed).TotalMilliseconds), 0, int.MaxValue) : Timeout.Infinite;
                Monitor.Wait(_gate, wait);
            }
        }
    }

    private void CatchUp() => _simulator.RunUntil(Elapsed);

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);
}
