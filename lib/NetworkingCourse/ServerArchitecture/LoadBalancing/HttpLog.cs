using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The log of an origin or a load balancer: its events in order, like <see cref="ServerLog"/> for a server.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class HttpLog : IShown
{
    private readonly BoundedLog<HttpEvent> _log = new(ServerLog.DefaultCapacity);

    internal HttpLog()
    {
    }

    /// <summary>The time of the log's creation, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The number of events written, including those no longer kept.</summary>
    public long Written => _log.Written;

    /// <summary>A copy of the events kept, oldest first.</summary>
    public IReadOnlyList<HttpEvent> Events => _log.Events;

    /// <summary>Waits until a number of events of a kind have been written, whether before or after the call.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="count">The number of events of that kind.</param>
    /// <param name="origin">Counts only events that concern this origin; null, the default, for any.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The events were not written within the deadline.</exception>
    public Task<HttpEvent> WaitForAsync(
        HttpEventKind kind, int count = 1, string? origin = null, TimeSpan? deadline = null,
        CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            entry => entry.Kind == kind && (origin is null || entry.Origin == origin), ($"{kind} {origin}".TrimEnd(), Summary),
            count, deadline ?? TimeSpan.FromSeconds(10), cancellation);

    /// <summary>
    /// Counts the events of each kind in the log, in order of first appearance: <c>1 listening, 30 chosen, 30 answered</c>.
    /// </summary>
    public string Summary() =>
        string.Join(
            ", ",
            Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>The most recent events as a table.</summary>
    /// <param name="last">The maximum number of events to show.</param>
    public Table Table(int last = 40) => TableOf(Events, last);

    /// <summary>The unusual events as a table: failures, retries, origins taken out and put back.</summary>
    /// <param name="last">The maximum number of events to show.</param>
    public Table Incidents(int last = 20) => TableOf([.. Events.Where(entry => !entry.IsOrdinary)], last);

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    internal void Write(HttpEventKind kind, long request = 0, string what = "", string origin = "", string detail = "") =>
        _log.Write(new HttpEvent(Stopwatch.GetTimestamp(), kind, request, what, origin, detail));

    private Table TableOf(IReadOnlyList<HttpEvent> events, int last) => new(
        ["time (s)", "event", "request", "what", "origin", "detail"],
        events.Skip(Math.Max(0, events.Count - last)).Select(IReadOnlyList<object?> (e) =>
        [
            InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, e.Timestamp).TotalSeconds:F3}"), InvariantText.Of(e.Kind),
            e.Request == 0 ? "" : e.Request, e.What, e.Origin, e.Detail,
        ]),
        InvariantText.Format(
            $"{(events.Count > last ? $"The last {last} of {events.Count}. " : "")}The whole log: {Summary()}."));
}
