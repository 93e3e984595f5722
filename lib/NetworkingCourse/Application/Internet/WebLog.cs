using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>What the origin or the proxy did and saw, in order. Bounded: the oldest events make room for new ones.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class WebLog : IShown
{
    private const int Capacity = 16_384;

    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(2);

    private readonly BoundedLog<WebEvent> _log = new(Capacity);

    internal WebLog()
    {
    }

    /// <summary>When the log was begun, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>How many events have been written, those no longer kept included.</summary>
    public long Written => _log.Written;

    /// <summary>The events that are kept, oldest first: a copy.</summary>
    public IReadOnlyList<WebEvent> Events => _log.Events;

    /// <summary>Reads the log from its beginning, or from where an earlier reading ended, and goes on as events come.</summary>
    /// <param name="from">The number of the first event wanted, counted from 0.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IAsyncEnumerable<WebEvent> FollowAsync(long from = 0, CancellationToken cancellation = default) => _log.FollowAsync(from, cancellation);

    /// <summary>Waits until an event of this kind has been written, be it before the call or after.</summary>
    /// <param name="kind">The kind waited for.</param>
    /// <param name="count">How many of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds unless told otherwise.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The event, the last of the <paramref name="count"/>.</returns>
    /// <exception cref="TimeoutException">It has not been written within the deadline.</exception>
    public Task<WebEvent> WaitForAsync(WebEventKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(entry => entry.Kind == kind, (kind.ToString(), Summary), count, deadline ?? DefaultDeadline, cancellation);

    /// <summary>How often each kind of event is in the log, in the order of their first appearance.</summary>
    public string Summary() =>
        string.Join(", ", Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>
    /// The events from this number on, once there are so many: a log is written a moment after the client has its answer. What has not come
    /// after 2 seconds is not waited for.
    /// </summary>
    /// <param name="from">The number of the first event wanted, counted from 0: what <see cref="Written"/> was.</param>
    /// <param name="events">How many events there will be.</param>
    public async Task<Table> AfterAsync(long from, int events)
    {
        using var limit = new CancellationTokenSource(LongestLag);
        try
        {
            var left = events;
            await foreach (var _ in FollowAsync(from, limit.Token).ConfigureAwait(false))
            {
                if (--left <= 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return TableOf(_log.Since(from).Events, InvariantText.Format($"There were to be {events} events, and more did not come."));
        }

        return TableOf(_log.Since(from).Events, note: null);
    }

    /// <summary>The last events as a table.</summary>
    /// <param name="last">How many at the most.</param>
    public Table Table(int last = 40)
    {
        var events = Events;
        return TableOf(
            events.Skip(Math.Max(0, events.Count - last)),
            events.Count > last ? InvariantText.Format($"The last {last} of {Written:N0} events: {Summary()}.") : null);
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    internal void Write(WebEventKind kind, int clientPort = 0, string protocol = "", string what = "", string outcome = "", string detail = "") =>
        _log.Write(new WebEvent(Stopwatch.GetTimestamp(), kind, clientPort, protocol, what, outcome, detail));

    private Table TableOf(IEnumerable<WebEvent> events, string? note) => new(
        ["time (s)", "event", "client", "protocol", "what", "status", "detail"],
        events.Select(IReadOnlyList<object?> (e) =>
        [
            InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, e.Timestamp).TotalSeconds:F3}"), InvariantText.Of(e.Kind),
            e.ClientPort == 0 ? "" : InvariantText.Format($":{e.ClientPort}"), e.Protocol, e.What, e.Outcome, e.Detail,
        ]),
        note);
}
