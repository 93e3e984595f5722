using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// What a server that speaks UDP did, in order. Servers never print: they write here, and a cell shows the log. Bounded: the oldest events make room for
/// new ones, and are counted. Safe for use by any number of threads.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class DatagramLog : IShown
{
    /// <summary>How many events a log keeps.</summary>
    public const int Capacity = 16_384;

    private readonly BoundedLog<DatagramEvent> _log = new(Capacity);

    internal DatagramLog()
    {
    }

    /// <summary>When the log was begun, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>How many events have been written, those no longer kept included.</summary>
    public long Written => _log.Written;

    /// <summary>The events that are kept, oldest first: a copy.</summary>
    public IReadOnlyList<DatagramEvent> Events => _log.Events;

    /// <summary>How many of the events that are kept are of this kind.</summary>
    public int Count(DatagramEventKind kind) => Events.Count(entry => entry.Kind == kind);

    /// <summary>Reads the log from its beginning, and goes on as events come.</summary>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The events in order. A reader slower than the log's capacity misses the oldest.</returns>
    public IAsyncEnumerable<DatagramEvent> FollowAsync(CancellationToken cancellation = default) => _log.FollowAsync(0, cancellation);

    /// <summary>Waits until an event of this kind has been written, be it before the call or after.</summary>
    /// <param name="kind">The kind waited for.</param>
    /// <param name="count">How many of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds unless told otherwise.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The event, the last of the <paramref name="count"/>.</returns>
    /// <exception cref="TimeoutException">It has not been written within the deadline.</exception>
    public Task<DatagramEvent> WaitForAsync(DatagramEventKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(entry => entry.Kind == kind, (kind.ToString(), Summary), count, deadline ?? TimeSpan.FromSeconds(10), cancellation);

    /// <summary>How often each kind of event is in the log, in the order of their first appearance: <c>1 listening, 3 received, 3 replied</c>.</summary>
    public string Summary() => string.Join(", ", Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>The last events as a table.</summary>
    /// <param name="last">How many at the most.</param>
    public Table Table(int last = 30)
    {
        var events = Events;
        return new Table(
            ["time (s)", "event", "peer", "bytes", "what happened"],
            events.Skip(Math.Max(0, events.Count - last)).Select(IReadOnlyList<object?> (e) =>
            [
                InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, e.Timestamp).TotalSeconds:F3}"), InvariantText.Of(e.Kind), e.Peer, e.ConcernsADatagram ? e.Bytes : "", e.Detail,
            ]),
            InvariantText.Format($"{(Written > last ? $"The last {last} of {Written:N0}. " : "")}The whole log: {Summary()}."));
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    internal void Write(DatagramEventKind kind, IPEndPoint? peer = null, int bytes = 0, string detail = "") =>
        _log.Write(new DatagramEvent(Stopwatch.GetTimestamp(), kind, peer, bytes, detail));
}
