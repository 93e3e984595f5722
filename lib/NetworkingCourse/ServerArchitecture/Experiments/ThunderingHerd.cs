using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Counts how many threads the system wakes for a new connection when several of them wait for it. Only one of them can accept
/// the connection; the others were woken for nothing, like a herd by a thunderclap. Linux only.
/// </summary>
public sealed class ThunderingHerd : Shown
{
    private ThunderingHerd(IReadOnlyList<HerdResult> results) => Results = results;

    /// <summary>One result per way to wait; none on systems that do not report how often a thread was woken.</summary>
    public IReadOnlyList<HerdResult> Results { get; }

    /// <summary>Lets threads wait in each of four ways, and connects to them, one connection at a time.</summary>
    /// <param name="threads">The number of threads that wait.</param>
    /// <param name="connections">The number of connections.</param>
    /// <exception cref="TimeoutException">A connection was not accepted within ten seconds.</exception>
    public static async Task<ThunderingHerd> MeasureAsync(int threads = 8, int connections = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(connections, 1);
        return await Task.Run(() => new ThunderingHerd(Measure(threads, connections))).ConfigureAwait(false);
    }

    private static List<HerdResult> Measure(int threads, int connections)
    {
        var results = new List<HerdResult>();
        if (SystemFeatures.Epoll && SystemFeatures.ReusePort && ProcessorUse.CurrentThread is not null)
        {
            Add("accept, one listening socket", epoll: null, listeners: 1);
            Add("epoll, one listening socket", EpollCalls.Readable, listeners: 1);
            Add("epoll with EPOLLEXCLUSIVE, one listening socket", EpollCalls.Readable | EpollCalls.Exclusive, listeners: 1);
            Add("epoll, a listening socket each", EpollCalls.Readable, listeners: threads);
        }

        return results;

        void Add(string waiting, uint? epoll, int listeners)
        {
            using var herd = new Herd(threads, listeners, epoll);
            results.Add(new HerdResult(waiting, threads, herd.CountWakeUps(connections) / (double)connections));
        }
    }

    /// <inheritdoc/>
    protected override Table ShownAs => new(
        ["waiting in", "threads", "threads woken per connection"],
        Results.Select(IReadOnlyList<object?> (result) =>
            [result.Waiting, result.Threads, InvariantText.Format($"{result.WokenPerConnection:0.0}")]),
        Results.Count == 0 ? "This system does not report how often each thread was woken." : null);

    /// <summary>Threads that wait for connections, accept them and close them.</summary>
    [SupportedOSPlatform("linux")]
    private sealed class Herd : IDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

        private readonly List<Listener> _listeners = [];
        private readonly List<Thread> _threads = [];
        private readonly ConcurrentBag<int> _ids = []; // the system's numbers of the threads
        private readonly uint? _epoll;
        private volatile bool _stopping;
        private int _accepted;

        public Herd(int threads, int listeners, uint? epoll)
        {
            _epoll = epoll;
            for (var i = 0; i < listeners; i++)
            {
                _listeners.Add(i == 0 ? new Listener(0, backlog: 128, sharesPort: true) : _listeners[0].OpenAnother(128));
                // Of the threads that an epoll has woken, all but the fastest find no connection, and must not block.
                _listeners[i].Socket.Blocking = epoll is null;
            }

            for (var i = 0; i < threads; i++)
            {
                var listener = _listeners[i % listeners];
                _threads.Add(new Thread(() => AcceptAll(listener.Socket)) { IsBackground = true, Name = "herd" });
                _threads[i].UnsafeStart();
            }

            WaitUntil(() => _ids.Count == threads);
        }

        public long CountWakeUps(int connections)
        {
            var before = SleepsOnceAllSleep();
            for (var i = 1; i <= connections; i++)
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                client.Connect(_listeners[0].EndPoint);
                WaitUntil(() => Volatile.Read(ref _accepted) == i);
                SleepsOnceAllSleep();
            }

            return SleepsOnceAllSleep() - before;
        }

        public void Dispose()
        {
            _stopping = true;
            // A shutdown wakes every thread that waits for the socket. Closing it at once would make an epoll forget it.
            _listeners.ForEach(listener => listener.Socket.Shutdown(SocketShutdown.Both));
            _threads.ForEach(thread => thread.Join());
            _listeners.ForEach(listener => listener.Dispose());
        }

        private void AcceptAll(Socket listener)
        {
            var epoll = EpollCalls.Create();
            try
            {
                var events = EpollCalls.NewEvents(1);
                if (_epoll is { } wanted)
                {
                    EpollCalls.Control(epoll, EpollCalls.Add, (int)listener.Handle, wanted);
                }

                _ids.Add(ProcessorUse.CurrentThread!.Value);
                while (!_stopping)
                {
                    if (_epoll is not null)
                    {
                        EpollCalls.Wait(epoll, events, Timeout.InfiniteTimeSpan);
                    }

                    Accept(listener);
                }
            }
            finally
            {
                EpollCalls.Destroy(epoll);
            }
        }

        private void Accept(Socket listener)
        {
            try
            {
                listener.Accept().Dispose();
                Interlocked.Increment(ref _accepted);
            }
            catch (SocketException)
            {
                // Another thread was faster, or this is the end.
            }
        }

        // A thread that was woken and has nothing to do goes back to sleep, perhaps without leaving the system call. Linux counts
        // how often each thread has gone to sleep (voluntary_ctxt_switches, proc_pid_status(5)).
        private long SleepsOnceAllSleep()
        {
            var sum = 0L;
            WaitUntil(() =>
            {
                var states = _ids.Select(StateOf).ToList();
                sum = states.Sum(state => state.Sleeps);
                return states.TrueForAll(state => state.IsAsleep);
            });
            return sum;
        }

        private static (bool IsAsleep, long Sleeps) StateOf(int thread)
        {
            var status = ThreadSwitches.StatusOf(FormattableString.Invariant($"/proc/self/task/{thread}"));
            return (status["State"].StartsWith('S'), ThreadSwitches.CountIn(status, "voluntary_ctxt_switches"));
        }

        private static void WaitUntil(Func<bool> holds)
        {
            for (var watch = Stopwatch.StartNew(); !holds(); Thread.Yield())
            {
                if (watch.Elapsed > Limit)
                {
                    throw new TimeoutException("The threads did not accept the connection, or did not go back to sleep.");
                }
            }
        }
    }
}

/// <summary>What one way to wait for connections costs.</summary>
/// <param name="Waiting">The call in which the threads wait, and for which sockets.</param>
/// <param name="Threads">The number of threads that wait.</param>
/// <param name="WokenPerConnection">How many threads each connection wakes, on average.</param>
public sealed record HerdResult(string Waiting, int Threads, double WokenPerConnection);
