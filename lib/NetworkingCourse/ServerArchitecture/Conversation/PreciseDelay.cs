using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Delays of one and the same length, to within a small part of a millisecond (on Windows: half of one). <see cref="Task.Delay(TimeSpan)"/> reads the system's coarse
/// clock, which on Linux moves on every 4 ms: with a think time of 100 ms that would be the greatest error on every chart.
/// </summary>
/// <remarks>As all delays are of one length, they end in the order in which they began: a queue and a thread are enough.</remarks>
internal sealed class PreciseDelay : IDisposable
{
    // What is due so soon is done at once: a nap and a waking take as long.
    private static readonly long TimerSlack = NanoSleep.IsFine ? Stopwatch.Frequency / 20_000 : Stopwatch.Frequency / 2000;

    private static readonly long Millisecond = Stopwatch.Frequency / 1000;

    private const int BatchSize = 16;

    private readonly TimeSpan _length;
    private readonly Lock _starting = new();
    private readonly object _gate = new(); // a Monitor, because it can be waited on
    private readonly Queue<(long Due, TaskCompletionSource Done)> _waiting = new();
    private Thread? _thread;
    private bool _ended;

    /// <param name="length">How long every delay is.</param>
    /// <param name="aborted">Ends all delays at once.</param>
    public PreciseDelay(TimeSpan length, CancellationToken aborted)
    {
        _length = length;
        aborted.UnsafeRegister(static delay => ((PreciseDelay)delay!).Cancel(), this);
    }

    /// <summary>Ends after the length.</summary>
    /// <exception cref="OperationCanceledException">The delays were aborted.</exception>
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

    /// <summary>Aborts what still waits, and ends the thread.</summary>
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

        ThreadPool.UnsafeQueueUserWorkItem(static cancelled => Array.ForEach(cancelled, done => done.TrySetCanceled()), cancelled, preferLocal: false);
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
            // Many end at once when many began at once. The pool is handed them by the batch: to wake one of its threads costs
            // more than what most conversations do next.
            foreach (var batch in due.Chunk(BatchSize))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static batch => Array.ForEach(batch, done => done.TrySetResult()), batch, preferLocal: false);
            }

            due.Clear();
        }
    }

    /// <summary>Waits for the next delays to end.</summary>
    /// <returns>False: there will be no more.</returns>
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

                // A thread on a monitor can be woken at whole milliseconds only, so it gets up one too early.
                left = _waiting.TryPeek(out var next) ? next.Due - soon : long.MaxValue;
                if (left >= Millisecond * 2 || !NanoSleep.IsFine)
                {
                    Monitor.Wait(_gate, left == long.MaxValue ? Timeout.Infinite : (int)Math.Max(1, (left + TimerSlack) / Millisecond - (NanoSleep.IsFine ? 1 : 0)));
                    continue;
                }
            }

            // What is left is slept through: nobody who comes meanwhile can be due earlier.
            NanoSleep.For(TimeSpan.FromSeconds((double)left / Stopwatch.Frequency));
        }
    }
}
