using System.Collections.Concurrent;
using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The open connections of a server. One timer enforces all their deadlines. That is cheaper than one timer per connection, and
/// it also works for blocking servers, whose threads cannot check a clock while they wait for bytes.
/// </summary>
internal sealed class ConnectionTable : IDisposable
{
    private readonly ConcurrentDictionary<int, Connection> _open = new();
    private readonly Timer _watch;
    private readonly Outstanding _unfinished = new(); // connections whose last event is not in the log yet

    /// <param name="deadline">
    /// The deadline to enforce. It is checked at intervals of a tenth of its length, but at least 10 ms and at most 500 ms.
    /// </param>
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

    /// <summary>Records that a connection, already removed, has logged its last event.</summary>
    public void Finished() => _unfinished.End();

    /// <summary>
    /// Completes once every connection has ended and been logged. Call it once, when no more connections will be added.
    /// </summary>
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
