using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>What the sixteen-octet server did, in order. Bounded; safe for use by any number of threads.</summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class SixteenLog : IShown
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    private readonly BoundedLog<SixteenEvent> _log = new(Capacity);

    internal SixteenLog()
    {
    }

    /// <summary>When the log was begun, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The events that are kept, oldest first: a copy.</summary>
    public IReadOnlyList<SixteenEvent> Events => _log.Events;

    /// <summary>Reads the log from its beginning, and goes on as events come.</summary>
    /// <param name="cancellation">Ends the reading.</param>
    public IAsyncEnumerable<SixteenEvent> FollowAsync(CancellationToken cancellation = default) => _log.FollowAsync(0, cancellation);

    /// <summary>Waits until an event of this kind has been written, be it before the call or after.</summary>
    /// <param name="kind">The kind waited for.</param>
    /// <param name="count">How many of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds unless told otherwise.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The event, the last of the <paramref name="count"/>.</returns>
    /// <exception cref="TimeoutException">It has not been written within the deadline.</exception>
    public Task<SixteenEvent> WaitForAsync(SixteenEventKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        _log.WaitForAsync(entry => entry.Kind == kind, (kind.ToString(), Summary), count, deadline ?? DefaultDeadline, cancellation);

    /// <summary>How often each kind of event is in the log: <c>1 listening, 3 accepted, 3 received</c>.</summary>
    public string Summary() => string.Join(", ", Events.GroupBy(entry => entry.Kind).Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>The last events as a table.</summary>
    /// <param name="last">How many at the most.</param>
    public Table Table(int last = 40)
    {
        var events = Events;
        return new Table(
            ["time (s)", "event", "client", "what happened"],
            events.Skip(Math.Max(0, events.Count - last)).Select(IReadOnlyList<object?> (entry) =>
            [
                InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, entry.Timestamp).TotalSeconds:F3}"), InvariantText.Of(entry.Kind), entry.Client?.ToString(), entry.Detail,
            ]),
            events.Count > last ? InvariantText.Format($"The last {last} of {events.Count:N0} events: {Summary()}.") : null);
    }

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <inheritdoc/>
    public override string ToString() => Table().ToString();

    internal void Write(SixteenEventKind kind, IPEndPoint? client = null, string detail = "") =>
        _log.Write(new SixteenEvent(Stopwatch.GetTimestamp(), kind, client, detail));
}
