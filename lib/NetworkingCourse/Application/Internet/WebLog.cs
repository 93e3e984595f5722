using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The events of the origin or the proxy, in order. Its size is bounded: new events replace the oldest ones.</summary>
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

    /// <summary>When the log began, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The number of events written so far, including those no longer kept.</summary>
    public long Written => _log.Written;

    /// <summary>A copy of the events that are kept, oldest first.</summary>
    public IReadOnlyList<WebEvent> Events => _log.Events;

    /// <summary>
    /// Reads the log from its beginning, or from where an earlier reading ended, and continues as events are written.
    /// </summary>
    /// <param name="from">The number of the first event, counted from 0.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IAsyncEnumerable<WebEvent> FollowAsync(long from = 0, CancellationToken cancellation = default) =>
        _log.FollowAsync(from, cancellation);

    /// <summary>Waits until an event of this kind has been written, whether before the call or after it.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="count">The number of events of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The event was not written within the deadline.</exception>
    public Task<WebEvent> WaitForAsync(
        WebEventKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            entry => entry.Kind == kind, (kind.ToString(), Summary), count, deadline ?? DefaultDeadline, cancellation);

    /// <summary>Returns the number of events of each kind in the log, in the order of their first appearance.</summary>
    public string Summary() =>
        string.Join(", ", Events
            .GroupBy(e => e.Kind)
            .Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>
    /// Returns the events from this number on, as soon as there are enough of them: a server writes its log a moment after the
    /// client has the response. It waits for at most 2 seconds.
    /// </summary>
    /// <param name="from">The number of the first event, counted from 0: an earlier value of <see cref="Written"/>.</param>
    /// <param name="events">The number of events to wait for.</param>
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
            return TableOf(_log.Since(from).Events, InvariantText.Format($"Expected {events} events; no more arrived in time."));
        }

        return TableOf(_log.Since(from).Events, note: null);
    }

    /// <summary>Returns the last events as a table.</summary>
    /// <param name="last">The maximum number of events.</param>
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

    internal void Write(
        WebEventKind kind,
        int clientPort = 0,
        string protocol = "",
        string what = "",
        string outcome = "",
        string detail = "") =>
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
