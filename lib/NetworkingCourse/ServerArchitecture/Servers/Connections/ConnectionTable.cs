using System.Collections.Concurrent;
using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The open connections of a server. One timer looks after all their deadlines: cheaper than a timer each, and it serves blocking
/// servers as well, whose threads cannot look at a clock while they wait for bytes.
/// </summary>
internal sealed class ConnectionTable : IDisposable
{
    private readonly ConcurrentDictionary<int, Connection> _open = new();
    private readonly Timer _watch;
    private readonly Outstanding _unfinished = new(); // those whose last event is not in the log yet

    /// <param name="deadline">The deadline that is watched; it is kept to within a tenth of itself, but not closer than 10 ms.</param>
    public ConnectionTable(TimeSpan deadline)
    {
        var period = TimeSpan.FromMilliseconds(Math.Clamp(deadline.TotalMilliseconds / 10, 10, 500));
        using (Detached.Begin())
        {
            _watch = new Timer(static table => ((ConnectionTable)table!).EndOverdue(), this, period, period);
        }
    }

    public int Count => _open.Count;

    public void Add(Connection connection)
    {
        _unfinished.Begin();
        _open[connection.Number] = connection;
    }

    public void Remove(Connection connection) => _open.TryRemove(connection.Number, out _);

    /// <summary>Says that a connection, removed before, has written its last event.</summary>
    public void Finished() => _unfinished.End();

    /// <summary>Completes once every connection has ended and the log says so. To be called once, when no more are added.</summary>
    public Task WhenEmptyAsync() => _unfinished.WhenAllEndedAsync();

    public void EndIdle()
    {
        foreach (var connection in _open.Values)
        {
            connection.EndIfIdle();
        }
    }

    public void AbortAll()
    {
        foreach (var connection in _open.Values)
        {
            connection.Abort();
        }
    }

    public void Dispose() => _watch.Dispose();

    private void EndOverdue()
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var (_, connection) in _open)
        {
            connection.EndIfOverdue(now);
        }
    }
}
