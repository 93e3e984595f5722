using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse;

/// <summary>An event in a log.</summary>
/// <typeparam name="TKind">The kinds of events that the log has.</typeparam>
public interface ILogEvent<out TKind>
    where TKind : struct, Enum
{
    /// <summary>The time of the event, in ticks of <see cref="Stopwatch"/>.</summary>
    long Timestamp { get; }

    /// <summary>The kind of event.</summary>
    TKind Kind { get; }
}

/// <summary>
/// The log of a server: its events in order. Servers never write to the console, which in a notebook belongs to the running cell;
/// they write here, and a cell shows the log. The log is bounded: new events displace the oldest, which are still counted. It is
/// thread-safe.
/// </summary>
/// <typeparam name="TEvent">The type of an event.</typeparam>
/// <typeparam name="TKind">The kinds of events.</typeparam>
public abstract class EventLog<TEvent, TKind> : Shown
    where TEvent : struct, ILogEvent<TKind>
    where TKind : struct, Enum
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    private readonly BoundedLog<TEvent> _log;

    private protected EventLog(int capacity) => _log = new BoundedLog<TEvent>(capacity);

    /// <summary>The time of the log's creation, in ticks of <see cref="Stopwatch"/>; times are shown relative to it.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>The number of events written, including those no longer kept.</summary>
    public long Written => _log.Written;

    /// <summary>A copy of the events kept, oldest first; later events do not change it.</summary>
    public IReadOnlyList<TEvent> Events => _log.Events;

    /// <summary>The headings of the columns that follow the time and the kind of an event.</summary>
    private protected abstract IReadOnlyList<string> Headings { get; }

    /// <summary>The number of kept events of a kind.</summary>
    public int Count(TKind kind) => Events.Count(IsOf(kind));

    /// <summary>Reads the log from its beginning, or from where an earlier read ended, and continues as events arrive.</summary>
    /// <param name="from">The number of the first event to return, counted from 0.</param>
    /// <param name="cancellation">Ends the enumeration.</param>
    /// <returns>The events in order. A reader that falls behind by more than the log's capacity misses the oldest.</returns>
    public IAsyncEnumerable<TEvent> FollowAsync(long from = 0, CancellationToken cancellation = default) =>
        _log.FollowAsync(from, cancellation);

    /// <summary>Waits until a number of events of a kind have been written, whether before or after the call.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="count">The number of events of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The events were not written within the deadline.</exception>
    public Task<TEvent> WaitForAsync(
        TKind kind, int count = 1, TimeSpan? deadline = null, CancellationToken cancellation = default) =>
        WaitForAsync(IsOf(kind), kind.ToString(), count, deadline, cancellation);

    /// <summary>
    /// Counts the kept events of each kind, in order of their first appearance: <c>1 listening, 3 accepted, 3 questions</c>.
    /// </summary>
    public string Summary() => string.Join(
        ", ",
        Events.GroupBy(e => e.Kind).Select(kind => Counted(kind.Count(), InvariantText.Of(kind.Key))));

    // Most kinds are participles, as in "3 accepted". Those that begin with a noun have a plural, as in "3 workers failed".
    private static string Counted(int count, string kind) =>
        kind.Split(' ')[0] is ("accept" or "limit" or "note" or "question" or "tunnel" or "worker") and var noun
            ? InvariantText.Count(count, noun) + kind[noun.Length..]
            : InvariantText.Format($"{count:N0} {kind}");

    /// <summary>The most recent events as a table.</summary>
    /// <param name="last">The maximum number of events to show.</param>
    public Table Table(int last = 40)
    {
        var events = Events;
        return TableOf(
            events.Skip(Math.Max(0, events.Count - last)),
            Written > last ? InvariantText.Format($"The last {last} of {Written:N0} events: {Summary()}.") : null);
    }

    /// <inheritdoc/>
    protected override IShown ShownAs => Table();

    /// <summary>The cells of an event's row that follow its time and its kind.</summary>
    private protected abstract IReadOnlyList<object?> Cells(TEvent entry);

    /// <summary>A table of some of the events.</summary>
    private protected Table TableOf(IEnumerable<TEvent> events, string? note) => new(
        ["time (s)", "event", .. Headings],
        events.Select(IReadOnlyList<object?> (entry) =>
        [
            InvariantText.Format($"{Stopwatch.GetElapsedTime(Began, entry.Timestamp).TotalSeconds:F3}"),
            InvariantText.Of(entry.Kind),
            .. Cells(entry),
        ]),
        note);

    // The description of a wanted event is for the message of the exception.
    private protected Task<TEvent> WaitForAsync(
        Func<TEvent, bool> isWanted, string wanted, int count, TimeSpan? deadline, CancellationToken cancellation) =>
        _log.WaitForAsync(isWanted, (wanted, Summary), count, deadline ?? DefaultDeadline, cancellation);

    private protected void Add(in TEvent entry) => _log.Write(entry);

    /// <summary>Blocks until the log holds more than this many events.</summary>
    internal void WaitForMore(long than) => _log.WaitForMore(than);

    /// <summary>The events from a given number on, as far as they are kept, and the number of the next event.</summary>
    internal (IReadOnlyList<TEvent> Events, long Next) Since(long from) => _log.Since(from);

    private static Func<TEvent, bool> IsOf(TKind kind) => entry => EqualityComparer<TKind>.Default.Equals(entry.Kind, kind);
}
