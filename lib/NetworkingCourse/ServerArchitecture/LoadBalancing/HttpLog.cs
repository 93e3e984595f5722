using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What an origin or a load balancer did, in order: the same as <see cref="ServerLog"/> is for a server.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class HttpLog : IShown
{
    private readonly BoundedLog<HttpEvent> _log = new(ServerLog.DefaultCapacity);

    internal HttpLog()
    {
    }

    /// <summary>When the log was begun, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>How many events have been written, those no longer kept included.</summary>
    public long Written => _log.Written;

    /// <summary>The events that are kept, oldest first: a copy.</summary>
    public IReadOnlyList<HttpEvent> Events => _log.Events;

    /// <summary>Waits until an event of this kind has been written, be it before the call or after.</summary>
    /// <param name="kind">The kind waited for.</param>
    /// <param name="count">How many of that kind.</param>
    /// <param name="origin">Only events that concern this origin; any, unless told otherwise.</param>
    /// <param name="deadline">How long to wait; 10 seconds unless told otherwise.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The event, the last of the <paramref name="count"/>.</returns>
    /// <exception cref="TimeoutException">It has not been written within the deadline.</exception>
    public Task<HttpEvent> WaitForAsync(
        HttpEventKind kind, int count = 1, string? origin = null, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            entry => entry.Kind == kind && (origin is null || entry.Origin == origin), ($"{kind} {origin}".TrimEnd(), Summary), count,
            deadline ?? TimeSpan.FromSeconds(10), cancellation);

    /// <summary>How often each kind of event is in the log, in the order of their first appearance: <c>1 listening, 30 chosen, 30 answered</c>.</summary>
    public string Summary() =>
        string.Join(", ", Events.GroupBy(e => e.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>The last events as a table.</summary>
    /// <param name="last">How many at the most.</param>
    public Table Table(int last = 40) => TableOf(Events, last);

    /// <summary>Only what is out of the ordinary: failures, retries, origins taken out and put back.</summary>
    /// <param name="last">How many events at the most.</param>
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
        InvariantText.Format($"{(events.Count > last ? $"The last {last} of {events.Count}. " : "")}The whole log: {Summary()}."));
}
