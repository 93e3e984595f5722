using System.Diagnostics;

namespace NetworkingCourse;

/// <summary>
/// Asynchronous delays of a fixed length, accurate to a fraction of a millisecond (half a millisecond on Windows).
/// <see cref="Task.Delay(TimeSpan)"/> uses the system's coarse clock, which advances every 4 ms on Linux; with a think time of
/// 100 ms, that would be the largest error on every chart.
/// </summary>
/// <remarks>
/// Because all delays have the same length, they end in the order in which they began, so one queue and one thread are enough.
/// </remarks>
internal sealed class PreciseDelay : IDisposable
{
    // A delay due within this slack ends at once: sleeping and waking up would take just as long.
    private static readonly long TimerSlack = NanoSleep.IsFine ? Stopwatch.Frequency / 20_000 : Stopwatch.Frequency / 2000;

    private static readonly long Millisecond = Stopwatch.Frequency / 1000;

    private const int BatchSize = 16;

    private readonly TimeSpan _length;
    private readonly Lock _starting = new();
    private readonly object _gate = new(); // a Monitor, because it can be waited on
    private readonly Queue<(long Due, TaskCompletionSource Done)> _waiting = new();
    private Thread? _thread;
    private bool _ended;

    /// <param name="length">The length of every delay.</param>
    /// <param name="aborted">Cancels all delays at once.</param>
    public PreciseDelay(TimeSpan length, CancellationToken aborted)
    {
        _length = length;
        aborted.UnsafeRegister(static delay => ((PreciseDelay)delay!).Cancel(), this);
    }

    /// <summary>Returns a task that completes after the fixed length.</summary>
    /// <exception cref="OperationCanceledException">The delays were cancelled.</exception>
    public Task WaitAsync()
    {
        EnsureStarted();
        var done = new TaskCompletionSource();
        lock (_gate)
        {
            if (_ended)
            {
                return Task.FromCanceled(new CancellationToken(canceled: true));
            }

            _waiting.Enqueue((Stopwatch.GetTimestamp() + (long)(_length.TotalSeconds * Stopwatch.Frequency), done));
            if (_waiting.Count == 1)
            {
                Monitor.Pulse(_gate);
            }
        }

        return done.Task;
    }

    /// <summary>Cancels all pending delays and ends the thread.</summary>
    public void Dispose()
    {
        Cancel();
        lock (_starting)
        {
            _thread?.Join();
        }
    }

    private void Cancel()
    {
        TaskCompletionSource[] cancelled;
        lock (_gate)
        {
            _ended = true;
            cancelled = [.. _waiting.Select(entry => entry.Done)];
            _waiting.Clear();
            Monitor.Pulse(_gate);
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static cancelled => Array.ForEach(cancelled, done => done.TrySetCanceled()), cancelled, preferLocal: false);
    }

    private void EnsureStarted()
    {
        if (_thread is not null)
        {
            return;
        }

        lock (_starting)
        {
            if (_thread is null && !_ended)
            {
                var thread = new Thread(Run) { IsBackground = true, Name = "think time" };
                thread.UnsafeStart();
                _thread = thread;
            }
        }
    }

    private void Run()
    {
        var due = new List<TaskCompletionSource>();
        while (WaitForDue(due))
        {
            // Delays that began together end together. They go to the thread pool in batches, because waking a pool thread costs
            // more than what most conversations do next.
            foreach (var batch in due.Chunk(BatchSize))
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    static batch => Array.ForEach(batch, done => done.TrySetResult()), batch, preferLocal: false);
            }

            due.Clear();
        }
    }

    /// <summary>Waits until the next delays are due.</summary>
    /// <returns>False if there will be no more.</returns>
    private bool WaitForDue(List<TaskCompletionSource> due)
    {
        while (true)
        {
            long left;
            lock (_gate)
            {
                if (_ended)
                {
                    return false;
                }

                var soon = Stopwatch.GetTimestamp() + TimerSlack;
                while (_waiting.TryPeek(out var first) && first.Due <= soon)
                {
                    due.Add(_waiting.Dequeue().Done);
                }

                if (due.Count > 0)
                {
                    return true;
                }

                // A monitor can wait only for whole milliseconds, so the thread wakes one millisecond early.
                left = _waiting.TryPeek(out var next) ? next.Due - soon : long.MaxValue;
                if (left >= Millisecond * 2 || !NanoSleep.IsFine)
                {
                    Monitor.Wait(
                        _gate,
                        left == long.MaxValue
                            ? Timeout.Infinite
                            : (int)Math.Max(1, (left + TimerSlack) / Millisecond - (NanoSleep.IsFine ? 1 : 0)));
                    continue;
                }
            }

            // Sleep through the rest: no delay that begins in the meantime can be due earlier.
            NanoSleep.For(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency));
        }
    }
}
