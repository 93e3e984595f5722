using System.Diagnostics;
using NetworkingCourse.Display;
using NetworkingCourse.Figures;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The log of a server: its events in order. Servers never write to the console, which in a notebook belongs to the running cell;
/// they write here, and a cell shows the log as a table or as a timeline. The log is bounded: new events displace the oldest
/// ones, which are still counted. It is thread-safe.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class ServerLog : IShown
{
    /// <summary>The default capacity in events: enough for ten thousand clients with one question each.</summary>
    public const int DefaultCapacity = 65_536;

    private readonly BoundedLog<ServerEvent> _log;

    /// <summary>Creates an empty log.</summary>
    /// <param name="capacity">The maximum number of events to keep; at least 1.</param>
    public ServerLog(int capacity = DefaultCapacity) => _log = new BoundedLog<ServerEvent>(capacity);

    /// <summary>The time of the log's creation, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The number of events written, including those no longer kept.</summary>
    public long Written => _log.Written;

    /// <summary>A copy of the events kept, oldest first; later events do not change it.</summary>
    public IReadOnlyList<ServerEvent> Events => _log.Events;

    /// <summary>Writes an event.</summary>
    public void Write(in ServerEvent entry) => _log.Write(entry);

    /// <summary>Reads the log from its beginning, or from where an earlier read ended, and continues as events arrive.</summary>
    /// <param name="from">The number of the first event to return, counted from 0.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    /// <returns>The events in order. A reader that falls behind by more than the log's capacity misses the oldest ones.</returns>
    public IAsyncEnumerable<ServerEvent> FollowAsync(long from = 0, CancellationToken cancellation = default) =>
        _log.FollowAsync(from, cancellation);

    /// <summary>Waits until a number of events of a kind have been written, whether before or after the call.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="count">The number of events of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The events were not written within the deadline.</exception>
    public Task<ServerEvent> WaitForAsync(
        ServerEventKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            entry => entry.Kind == kind, (kind.ToString(), Summary), count, deadline ?? TimeSpan.FromSeconds(10), cancellation);

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

    /// <summary>
    /// Counts the events of each kind in the log, in order of their first appearance, for example <c>3 accepted, 3 question</c>.
    /// </summary>
    public string Summary() =>
        string.Join(
            ", ",
            Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>The most recent events as a table.</summary>
    /// <param name="last">The maximum number of events to show.</param>
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

    /// <summary>
    /// The connections as a timeline to scale: one row each, which distinguishes merely open from being served.
    /// </summary>
    public Figure Timeline() => Timelines.OfLog(this);

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    /// <summary>Blocks until the log holds more than this many events.</summary>
    internal void WaitForMore(long than) => _log.WaitForMore(than);

    /// <summary>
    /// The events from a given number on, as far as they are kept, and the number of the next event to be written.
    /// </summary>
    internal (IReadOnlyList<ServerEvent> Events, long Next) Since(long from) => _log.Since(from);
}
