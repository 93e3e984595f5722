using System.Runtime.CompilerServices;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// A bounded log of events, in order, which can be read while it is being written. New events replace the oldest ones, which
/// remain included in the count. Thread-safe.
/// </summary>
/// <typeparam name="T">The type of an event.</typeparam>
internal sealed class BoundedLog<T>
    where T : struct
{
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private readonly List<T> _ring = [];
    private long _written;
    private TaskCompletionSource? _news;

    /// <param name="capacity">The number of events that the log keeps; at least 1.</param>
    public BoundedLog(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>The number of events written, including those no longer kept.</summary>
    public long Written
    {
        get
        {
            lock (_gate)
            {
                return _written;
            }
        }
    }

    /// <summary>A copy of the events that are kept, oldest first.</summary>
    public IReadOnlyList<T> Events => Since(0).Events;

    public void Write(in T entry)
    {
        TaskCompletionSource? news;
        lock (_gate)
        {
            if (_ring.Count < _capacity)
            {
                _ring.Add(entry);
            }
            else
            {
                _ring[(int)(_written % _capacity)] = entry;
            }

            _written++;
            (news, _news) = (_news, null);
        }

        news?.TrySetResult();
    }

    /// <summary>
    /// Reads events from a given number on, counted from 0, and continues as new ones arrive. A reader that falls behind by more
    /// than the capacity misses the oldest events.
    /// </summary>
    public async IAsyncEnumerable<T> FollowAsync(long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                _news ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                news = _news.Task;
            }

            var (events, next) = Since(from);
            foreach (var entry in events)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return entry;
            }

            from = Math.Max(from, next);
            if (events.Count == 0)
            {
                await news.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Waits for the <paramref name="count"/>th matching event, whether it was written before the call or is written later.
    /// </summary>
    /// <param name="isWanted">Whether an event matches.</param>
    /// <param name="what">A description of the event, and one of the log's content, for the message of the exception.</param>
    /// <param name="count">The number of matching events to wait for.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="TimeoutException">The event was not written within the limit.</exception>
    public async Task<T> WaitForAsync(
        Func<T, bool> isWanted,
        (string Wanted, Func<string> Held) what,
        int count,
        TimeSpan limit,
        CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        var seen = 0;
        try
        {
            await foreach (var entry in FollowAsync(0, timer.Token).ConfigureAwait(false))
            {
                if (isWanted(entry) && ++seen == count)
                {
                    return entry;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }

        throw new TimeoutException(
            InvariantText.Format($"The log showed {what.Wanted} {seen} times within {limit.TotalSeconds:0.###} s, not {count}. ")
            + $"It holds: {what.Held()}.");
    }

    /// <summary>Blocks until more than this many events have been written.</summary>
    public void WaitForMore(long than)
    {
        Task news;
        lock (_gate)
        {
            if (_written > than)
            {
                return;
            }

            _news ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            news = _news.Task;
        }

        news.Wait();
    }

    /// <summary>The events from this number on that are still kept, and the number of the next event.</summary>
    public (IReadOnlyList<T> Events, long Next) Since(long from)
    {
        lock (_gate)
        {
            var first = Math.Clamp(from, _written - _ring.Count, _written);
            var events = new T[_written - first];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = _ring[(int)((first + i) % _capacity)];
            }

            return (events, _written);
        }
    }
}
