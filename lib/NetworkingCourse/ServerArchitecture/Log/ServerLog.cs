using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The log of a server of any architecture; a cell can also show it as a timeline.</summary>
public sealed class ServerLog : EventLog<ServerEvent, ServerEventKind>
{
    /// <summary>The default capacity in events: enough for ten thousand clients with one question each.</summary>
    public const int DefaultCapacity = 65_536;

    /// <summary>Creates an empty log.</summary>
    /// <param name="capacity">The maximum number of events to keep; at least 1.</param>
    public ServerLog(int capacity = DefaultCapacity)
        : base(capacity)
    {
    }

    private protected override IReadOnlyList<string> Headings => ["client", "worker", "thread", "what happened"];

    /// <summary>Writes an event.</summary>
    public void Write(in ServerEvent entry) => Add(entry);

    /// <summary>
    /// The connections as a timeline to scale: one row each, which distinguishes merely open from being served.
    /// </summary>
    public Figure Timeline() => Timelines.OfLog(this);

    /// <summary>Waits until a number of connections have been accepted, counted from a given event on.</summary>
    /// <param name="from">The event's number, counted from 0.</param>
    /// <param name="count">The number of connections.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    internal async Task WaitForAcceptedAsync(long from, int count, CancellationToken cancellation)
    {
        await using var events = FollowAsync(from, cancellation).GetAsyncEnumerator(CancellationToken.None);
        while (count > 0 && await events.MoveNextAsync().ConfigureAwait(false))
        {
            count -= events.Current.Kind == ServerEventKind.Accepted ? 1 : 0;
        }
    }

    private protected override IReadOnlyList<object?> Cells(ServerEvent entry) =>
    [
        entry.ClientPort == 0 ? "" : InvariantText.Format($":{entry.ClientPort}"),
        entry.Worker,
        entry.Thread,
        entry.Sentence,
    ];
}
