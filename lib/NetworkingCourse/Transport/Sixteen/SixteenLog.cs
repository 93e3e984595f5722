using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// The event log of the sixteen-octet server, in order. It is bounded, and safe for use by any number of threads.
/// </summary>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed class SixteenLog : IShown
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    private readonly BoundedLog<SixteenEvent> _log = new(Capacity);

    internal SixteenLog()
    {
    }

    /// <summary>When the log was created, in ticks of <see cref="Stopwatch"/>; times are shown relative to this.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>A copy of the kept events, oldest first.</summary>
    public IReadOnlyList<SixteenEvent> Events => _log.Events;

    /// <summary>Reads the log from its beginning, and continues as events are added.</summary>
    /// <param name="cancellation">Stops reading.</param>
    public IAsyncEnumerable<SixteenEvent> FollowAsync(CancellationToken cancellation = default) =>
        _log.FollowAsync(0, cancellation);

    /// <summary>Waits until an event of this kind has been written, before or after this call.</summary>
    /// <param name="kind">The kind to wait for.</param>
    /// <param name="count">The number of such events to wait for.</param>
    /// <param name="deadline">The timeout; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The events were not written within the deadline.</exception>
    public Task<SixteenEvent> WaitForAsync(
        SixteenEventKind kind,
        int count = 1,
        TimeSpan? deadline = null,
        CancellationToken cancellation = default) =>
        _log.WaitForAsync(
            entry => entry.Kind == kind,
            (kind.ToString(), Summary),
            count,
            deadline ?? DefaultDeadline,
            cancellation);

    /// <summary>Counts the kept events of each kind: <c>1 listening, 3 accepted, 3 received</c>.</summary>
    public string Summary() => string.Join(
        ", ",
        Events
            .GroupBy(entry => entry.Kind)
            .Select(kind => InvariantText.Format($"{kind.Count()} {InvariantText.Of(kind.Key)}")));

    /// <summary>Lists the last events in a table.</summary>
    /// <param name="last">The maximum number of rows.</param>
    public Table Table(int last = 40)
    {
        var events = Events;
        return new Table(
            ["time (s)", "event", "client", "what happened"],
            events.Skip(Math.Max(0, events.Count - last)).Select(IReadOnlyList<object?> (entry) =>
            [
                InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, entry.Timestamp).TotalSeconds:F3}"),
                InvariantText.Of(entry.Kind),
                entry.Client?.ToString(),
                entry.Detail,
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
