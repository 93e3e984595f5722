using System.Runtime.CompilerServices;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>
/// Events in order, read while they are written. Bounded: the oldest make room for new ones, and are counted. Safe for use by any
/// number of threads.
/// </summary>
/// <typeparam name="T">The event.</typeparam>
internal sealed class BoundedLog<T>
    where T : struct
{
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private readonly List<T> _ring = [];
    private long _written;
    private TaskCompletionSource? _news;

    /// <param name="capacity">How many events it keeps; at least 1.</param>
    public BoundedLog(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>How many events have been written, those no longer kept included.</summary>
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

    /// <summary>The events that are kept, oldest first: a copy.</summary>
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

    /// <summary>Reads from the event of this number on, counted from 0, and goes on as events come. A reader slower than the capacity misses the oldest.</summary>
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

    /// <summary>Waits for the event of which this is true for the <paramref name="count"/>th time, be it written before the call or after.</summary>
    /// <param name="isWanted">Which events count.</param>
    /// <param name="what">What is waited for, and in which words the log's content is told if it does not come.</param>
    /// <param name="count">Which of them.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="TimeoutException">It has not been written within the limit.</exception>
    public async Task<T> WaitForAsync(Func<T, bool> isWanted, (string Wanted, Func<string> Held) what, int count, TimeSpan limit, CancellationToken cancellation)
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

        throw new TimeoutException(InvariantText.Format($"The log showed {what.Wanted} {seen} times within {limit.TotalSeconds:0.###} s, not {count}. It holds: {what.Held()}."));
    }

    /// <summary>Blocks until the log holds more than this many events.</summary>
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

    /// <summary>The events from this number on, as far as they are kept, and the number of the next to come.</summary>
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
