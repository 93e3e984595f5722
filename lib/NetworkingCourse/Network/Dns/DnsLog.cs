using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// The log of a name server, in order. Servers never print: they write here, and a cell shows the log. Its size is bounded: the
/// oldest events make room for new ones, but still count as written. All members are thread-safe.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class DnsLog : IShown
{
    /// <summary>The maximum number of events kept.</summary>
    public const int Capacity = 16_384;

    private readonly BoundedLog<DnsEvent> _log = new(Capacity);

    internal DnsLog()
    {
    }

    /// <summary>
    /// When the log was started, in ticks of <see cref="Stopwatch"/>; times are displayed relative to it.
    /// </summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The number of events written so far, including those no longer kept.</summary>
    public long Written => _log.Written;

    /// <summary>A copy of the events that are kept, oldest first.</summary>
    public IReadOnlyList<DnsEvent> Events => _log.Events;

    /// <summary>Counts the kept events of a kind.</summary>
    public int Count(DnsEventKind kind) => Events.Count(entry => entry.Kind == kind);

    /// <summary>Reads the log from its beginning and then follows it as new events arrive.</summary>
    /// <param name="cancellation">Stops the enumeration.</param>
    /// <returns>The events, in order. A reader that falls behind by more than the log's capacity misses the oldest.</returns>
    public IAsyncEnumerable<DnsEvent> FollowAsync(CancellationToken cancellation = default) => _log.FollowAsync(0, cancellation);

    /// <summary>Waits until an event of a kind has been written, whether before the call or after it.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="count">The number of such events to wait for.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">Fewer events were written within the deadline.</exception>
    public Task<DnsEvent> WaitForAsync(
        DnsEventKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            entry => entry.Kind == kind,
            (kind.ToString(), Summary),
            count,
            deadline ?? TimeSpan.FromSeconds(10),
            cancellation);

    /// <summary>
    /// The number of events of each kind, in order of first appearance: <c>1 listening, 3 asked, 3 answered</c>.
    /// </summary>
    public string Summary() => string.Join(
        ", ",
        Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>The last events as a table.</summary>
    /// <param name="last">The maximum number of events to show.</param>
    public Table Table(int last = 30)
    {
        var events = Events;
        return new Table(
            ["time (s)", "event", "over", "peer", "bytes", "what happened"],
            events.Skip(Math.Max(0, events.Count - last)).Select(IReadOnlyList<object?> (e) =>
            [
                InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, e.Timestamp).TotalSeconds:F3}"),
                InvariantText.Of(e.Kind),
                e.Peer is null ? "" : e.OverTcp ? "TCP" : "UDP",
                e.Peer,
                e.ConcernsAMessage ? e.Bytes : "",
                e.Detail,
            ]),
            InvariantText.Format(
                $"{(Written > last ? $"The last {last} of {Written:N0}. " : "")}The whole log: {Summary()}."));
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    internal void Write(DnsEventKind kind, IPEndPoint? peer = null, bool overTcp = false, int bytes = 0, string detail = "") =>
        _log.Write(new DnsEvent(Stopwatch.GetTimestamp(), kind, peer, overTcp, bytes, detail));
}
