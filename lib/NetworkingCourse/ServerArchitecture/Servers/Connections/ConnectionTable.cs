using System.Collections.Concurrent;
using System.Diagnostics;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The open connections of a server, and what they have in common. One timer enforces all their deadlines. That is cheaper than
/// one timer per connection, and it also works for blocking servers, whose threads cannot check a clock while they wait for
/// bytes.
/// </summary>
internal sealed class ConnectionTable : IDisposable
{
    private readonly ConcurrentDictionary<int, Connection> _open = new();
    private readonly Timer _watch;
    private readonly CancellationToken _stopping;
    private readonly CancellationToken _aborting;
    private readonly Outstanding _unfinished = new(); // connections whose last event is not in the log yet
    private int _accepted;

    /// <param name="log">The log of the connections.</param>
    /// <param name="deadline">
    /// The deadline to enforce. It is checked at intervals of a tenth of its length, but at least 10 ms and at most 500 ms.
    /// </param>
    /// <param name="stopping">Cancelled when the server begins to stop.</param>
    /// <param name="aborting">Cancelled when conversations are aborted.</param>
    public ConnectionTable(ServerLog log, TimeSpan deadline, CancellationToken stopping, CancellationToken aborting)
    {
        (Log, Deadline, _stopping, _aborting) = (log, deadline, stopping, aborting);
        DeadlineTicks = (long)(deadline.TotalSeconds * Stopwatch.Frequency);
        var period = TimeSpan.FromMilliseconds(Math.Clamp(deadline.TotalMilliseconds / 10, 10, 500));
        using (Detached.Begin())
        {
            _watch = new Timer(static table => ((ConnectionTable)table!).EndOverdue(), this, period, period);
        }
    }

    public ServerLog Log { get; }

    /// <summary>How long a client may take to complete a question, and to read the answer.</summary>
    public TimeSpan Deadline { get; }

    public long DeadlineTicks { get; }

    public bool IsStopping => _stopping.IsCancellationRequested;

    public bool IsAborting => _aborting.IsCancellationRequested;

    public int Count => _open.Count;

    /// <summary>Numbers and adds a connection that has been accepted.</summary>
    /// <param name="create">Creates the connection, given its number; this also logs it.</param>
    public T Add<T>(Func<int, T> create)
        where T : Connection
    {
        var connection = create(Interlocked.Increment(ref _accepted));
        _unfinished.Begin();
        _open[connection.Number] = connection;
        return connection;
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
