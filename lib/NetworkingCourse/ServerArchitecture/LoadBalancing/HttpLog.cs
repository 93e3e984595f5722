using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The log of an origin or a load balancer.</summary>
public sealed class HttpLog : EventLog<HttpEvent, HttpEventKind>
{
    internal HttpLog()
        : base(ServerLog.DefaultCapacity)
    {
    }

    private protected override IReadOnlyList<string> Headings => ["request", "what", "origin", "detail"];

    /// <summary>Waits until a number of events of a kind that concern one origin have been written.</summary>
    /// <param name="kind">The kind of event.</param>
    /// <param name="origin">The name of the origin.</param>
    /// <param name="count">The number of events of that kind.</param>
    /// <param name="deadline">How long to wait; 10 seconds by default.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The last of the <paramref name="count"/> events.</returns>
    /// <exception cref="TimeoutException">The events were not written within the deadline.</exception>
    public Task<HttpEvent> WaitForAsync(
        HttpEventKind kind, string origin, int count = 1, TimeSpan? deadline = null,
        CancellationToken cancellation = default) =>
        WaitForAsync(entry => entry.Kind == kind && entry.Origin == origin, $"{kind} {origin}", count, deadline, cancellation);

    /// <summary>The unusual events as a table: failures, retries, origins taken out and put back.</summary>
    /// <param name="last">The maximum number of events to show.</param>
    public Table Incidents(int last = 20)
    {
        var incidents = Events.Where(entry => !entry.IsOrdinary).ToList();
        var omitted = incidents.Count > last ? InvariantText.Format($"The last {last} of {incidents.Count}. ") : "";
        return TableOf(incidents.Skip(incidents.Count - last), $"{omitted}The whole log: {Summary()}.");
    }

    internal void Write(HttpEventKind kind, long request = 0, string what = "", string origin = "", string detail = "") =>
        Add(new HttpEvent(Stopwatch.GetTimestamp(), kind, request, what, origin, detail));

    private protected override IReadOnlyList<object?> Cells(HttpEvent entry) =>
        [entry.Request == 0 ? "" : entry.Request, entry.What, entry.Origin, entry.Detail];
}
