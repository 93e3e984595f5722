using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// What a server did, in order. Servers never print: in a notebook the console belongs to the cell that is running. They write here,
/// and a cell shows the log as a table, or as a timeline. Bounded: the oldest events make room for new ones, and are counted.
/// Safe for use by any number of threads.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ServerLog : IShown
{
    /// <summary>How many events a log keeps unless told otherwise: enough for ten thousand clients with a question each.</summary>
    public const int DefaultCapacity = 65_536;

    private readonly BoundedLog<ServerEvent> _log;

    /// <summary>Makes an empty log.</summary>
    /// <param name="capacity">How many events it keeps; at least 1.</param>
    public ServerLog(int capacity = DefaultCapacity) => _log = new BoundedLog<ServerEvent>(capacity);

    /// <summary>When the log was begun, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>How many events have been written, those no longer kept included.</summary>
    public long Written => _log.Written;

    /// <summary>The events that are kept, oldest first: a copy, which later events do not change.</summary>
    public IReadOnlyList<ServerEvent> Events => _log.Events;

    /// <summary>Writes an event.</summary>
    public void Write(in ServerEvent entry) => _log.Write(entry);

    /// <summary>Reads the log from its beginning, or from where an earlier reading ended, and goes on as events come.</summary>
    /// <param name="from">The number of the first event wanted, counted from 0.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The events in order. A reader slower than the log's capacity misses the oldest.</returns>
    public IAsyncEnumerable<ServerEvent> FollowAsync(long from = 0, CancellationToken cancellation = default) => _log.FollowAsync(from, cancellation);

    /// <summary>Waits until an event of this kind has been written, be it before the call or after.</summary>
    /// <param name="kind">The kind waited for.</param>
    /// <param name="count">How many of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds unless told otherwise.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The event, the last of the <paramref name="count"/>.</returns>
    /// <exception cref="TimeoutException">It has not been written within the deadline.</exception>
    public Task<ServerEvent> WaitForAsync(
        ServerEventKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(entry => entry.Kind == kind, (kind.ToString(), Summary), count, deadline ?? TimeSpan.FromSeconds(10), cancellation);

    /// <summary>Waits until this many connections have been accepted since an event.</summary>
    /// <param name="from">The event's number, counted from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal async Task WaitForAcceptedAsync(long from, int count, CancellationToken cancellation)
    {
        await using var events = FollowAsync(from, cancellation).GetAsyncEnumerator(CancellationToken.None);
        while (count > 0 && await events.MoveNextAsync().ConfigureAwait(false))
        {
            count -= events.Current.Kind == ServerEventKind.Accepted ? 1 : 0;
        }
    }

    /// <summary>How often each kind of event is in the log, in the order of their first appearance: <c>3 accepted, 3 question</c>.</summary>
    public string Summary() =>
        string.Join(", ", Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>The last events as a table.</summary>
    /// <param name="last">How many at the most.</param>
    public Table Table(int last = 40)
    {
        var events = Events;
        var shown = events.Skip(Math.Max(0, events.Count - last));
        var hidden = Written - Math.Min(last, events.Count);
        var note = hidden > 0 ? InvariantText.Format($"The last {last} of {Written:N0} events: {Summary()}.") : null;
        return new Table(
            ["time (s)", "event", "client", "worker", "thread", "what happened"],
            shown.Select(IReadOnlyList<object?> (e) =>
            [
                InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, e.Timestamp).TotalSeconds:F3}"), InvariantText.Of(e.Kind),
                e.ClientPort == 0 ? "" : ":" + InvariantText.Format($"{e.ClientPort}"), e.Worker, e.Thread, e.Sentence,
            ]),
            note);
    }

    /// <summary>The connections as a timeline: a row each, open and serving told apart, to scale.</summary>
    public Figure Timeline() => Timelines.OfLog(this);

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    /// <summary>Blocks until the log holds more than this many events.</summary>
    internal void WaitForMore(long than) => _log.WaitForMore(than);

    /// <summary>The events from this number on, as far as they are kept, and the number of the next to come.</summary>
    internal (IReadOnlyList<ServerEvent> Events, long Next) Since(long from) => _log.Since(from);
}
