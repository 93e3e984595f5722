using System.Diagnostics;

namespace NetworkingCourse.Transport;

/// <summary>Two threads that communicate through a path, and block when they have to wait.</summary>
internal sealed class PathRun : IPathRun
{
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

    public string Name => _path.Name;

    public int Longest => _path.Longest;

    public void PingPong(int length, TimeSpan duration, List<double> roundTrips)
    {
        var message = new byte[length];
        foreach (var count in Rounds.For(duration))
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
                roundTrips.Add(Rounds.MicrosecondsSince(start));
            });
        }
    }

    public (long Messages, TimeSpan Elapsed) Stream(int length, TimeSpan duration)
    {
        var message = new byte[length];
        var batch = Rounds.Batch(length);
        var (messages, start) = (0L, Stopwatch.GetTimestamp());
        foreach (var count in Rounds.For(duration))
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

    /// <summary>Stops both threads, whatever they are waiting for.</summary>
    public void Dispose()
    {
        _over = true;
        _ordered.Release();
        _path.Dispose();
        _answering.Join();
        _ordered.Dispose();
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
            // The path failed or was disposed. The measuring side notices this itself.
        }
    }
}
