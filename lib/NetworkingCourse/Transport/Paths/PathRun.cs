using System.Diagnostics;

namespace NetworkingCourse.Transport;

/// <summary>Two threads that talk by a path: one does what is measured, the other answers.</summary>
internal sealed class PathRun : IDisposable
{
    private const int BatchBytes = 64 * 1024;
    private const int MostInBatch = 64;
    private static readonly byte[] Receipt = [0];

    private readonly MessagePath _path;
    private readonly Thread _answering;
    private readonly Lock _gate = new();
    private readonly Queue<Action> _orders = new();
    private readonly SemaphoreSlim _ordered = new(0);
    private volatile bool _over;

    public PathRun(MessagePath path)
    {
        _path = path;
        _answering = new Thread(Answer) { IsBackground = true, Name = "path" };
        using (Detached.Begin())
        {
            _answering.Start();
        }
    }

    public MessagePath Path => _path;

    /// <summary>Sends a message there, and waits for one of the same length to come back; over and over.</summary>
    /// <param name="length">How long a message is, in bytes.</param>
    /// <param name="duration">How long.</param>
    /// <param name="roundTrips">Where the time of each round trip is put.</param>
    public void PingPong(int length, TimeSpan duration, List<TimeSpan> roundTrips)
    {
        var message = new byte[length];
        foreach (var (count, _) in Rounds(duration))
        {
            Order(() => Times(count, () =>
            {
                _path.Far.Receive(length);
                _path.Far.Send(message);
            }));
            Times(count, () =>
            {
                var start = Stopwatch.GetTimestamp();
                _path.Near.Send(message);
                _path.Near.Receive(length);
                roundTrips.Add(Stopwatch.GetElapsedTime(start));
            });
        }
    }

    /// <summary>Sends messages one way, as many at a time as surely fit into every buffer, and then waits for a receipt: so that datagrams are not lost.</summary>
    /// <param name="length">How long a message is, in bytes.</param>
    /// <param name="duration">How long.</param>
    /// <returns>How many messages arrived, and in what time.</returns>
    public (long Messages, TimeSpan Elapsed) Stream(int length, TimeSpan duration)
    {
        var message = new byte[length];
        var batch = Math.Clamp(BatchBytes / length, 1, MostInBatch);
        var (messages, start) = (0L, Stopwatch.GetTimestamp());
        foreach (var (count, _) in Rounds(duration))
        {
            Order(() => Times(count, () =>
            {
                Times(batch, () => _path.Far.Receive(length));
                _path.Far.Send(Receipt);
            }));
            Times(count, () =>
            {
                Times(batch, () => _path.Near.Send(message));
                _path.Near.Receive(Receipt.Length);
            });
            messages += count * batch;
        }

        return (messages, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Ends both, whatever they wait for.</summary>
    public void Dispose()
    {
        _over = true;
        _ordered.Release();
        _path.Dispose();
        _answering.Join();
        _ordered.Dispose();
    }

    // Rounds of a number that both threads know: nobody has to be told that it is over. Each is twice as long as the one before, up to some.
    private static IEnumerable<(int Count, int Round)> Rounds(TimeSpan duration)
    {
        const int most = 64;
        var start = Stopwatch.GetTimestamp();
        var (count, round) = (1, 0);
        do
        {
            yield return (count, round++);
            count = Math.Min(most, count * 2);
        }
        while (Stopwatch.GetElapsedTime(start) < duration);
    }

    private static void Times(int count, Action action)
    {
        for (var i = 0; i < count; i++)
        {
            action();
        }
    }

    private void Order(Action action)
    {
        lock (_gate)
        {
            _orders.Enqueue(action);
        }

        _ordered.Release();
    }

    private void Answer()
    {
        try
        {
            while (true)
            {
                _ordered.Wait();
                Action action;
                lock (_gate)
                {
                    if (_over)
                    {
                        return;
                    }

                    action = _orders.Dequeue();
                }

                action();
            }
        }
        catch (Exception)
        {
            // The path broke, or was taken away: whoever measures finds out by itself.
        }
    }
}
