using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The event log of a UDP server, in order. Servers never print: they write to their log, and a cell displays it. The log is
/// bounded: new events displace the oldest, which are still counted. It is safe for use by any number of threads.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class DatagramLog : IShown
{
    /// <summary>The number of events that a log keeps.</summary>
    public const int Capacity = 16_384;

    private readonly BoundedLog<DatagramEvent> _log = new(Capacity);

    internal DatagramLog()
    {
    }

    /// <summary>When the log was created, in ticks of <see cref="Stopwatch"/>; times are shown relative to this.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The number of events written so far, including those no longer kept.</summary>
    public long Written => _log.Written;

    /// <summary>A copy of the kept events, oldest first.</summary>
    public IReadOnlyList<DatagramEvent> Events => _log.Events;

    /// <summary>The number of kept events of this kind.</summary>
    public int Count(DatagramEventKind kind) => Events.Count(entry => entry.Kind == kind);

    /// <summary>Reads the log from its beginning, and continues as events are added.</summary>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The events in order. A reader that falls behind by more than the log's capacity misses the oldest.</returns>
    public IAsyncEnumerable<DatagramEvent> FollowAsync(CancellationToken cancellation = default) =>
        _log.FollowAsync(0, cancellation);

    /// <summary>Waits until an event of this kind has been written, before or after this call.</summary>
    /// <param name="kind">The kind to wait for.</param>
    /// <param name="count">The number of such events to wait for.</param>
    /// <param name="deadline">The timeout; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The events were not written within the deadline.</exception>
    public Task<DatagramEvent> WaitForAsync(
        DatagramEventKind kind,
        int count = 1,
        TimeSpan? deadline = null,
        CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            entry => entry.Kind == kind,
            (kind.ToString(), Summary),
            count,
            deadline ?? TimeSpan.FromSeconds(10),
            cancellation);

    /// <summary>
    /// Counts the kept events of each kind, in order of first appearance: <c>1 listening, 3 received, 3 replied</c>.
    /// </summary>
    public string Summary() => string.Join(
        ", ",
        Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>Lists the last events in a table.</summary>
    /// <param name="last">The maximum number of rows.</param>
    public Table Table(int last = 30)
    {
        var events = Events;
        return new Table(
            ["time (s)", "event", "peer", "bytes", "what happened"],
            events.Skip(Math.Max(0, events.Count - last)).Select(IReadOnlyList<object?> (e) =>
            [
                InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, e.Timestamp).TotalSeconds:F3}"),
                InvariantText.Of(e.Kind),
                e.Peer,
                e.ConcernsADatagram ? e.Bytes : "",
                e.Detail,
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
