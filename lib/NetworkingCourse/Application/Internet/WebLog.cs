using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The log of the origin or the proxy.</summary>
public sealed class WebLog : EventLog<WebEvent, WebEventKind>
{
    private const int Capacity = 16_384;

    private static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(2);

    internal WebLog()
        : base(Capacity)
    {
    }

    private protected override IReadOnlyList<string> Headings => ["client", "protocol", "what", "status", "detail"];

    /// <summary>
    /// Returns the events from this number on, as soon as there are enough of them: a server writes its log a moment after the
    /// client has the response. It waits for at most 2 seconds.
    /// </summary>
    /// <param name="from">The number of the first event, counted from 0: an earlier value of <c>Written</c>.</param>
    /// <param name="events">The number of events to wait for.</param>
    public async Task<Table> AfterAsync(long from, int events)
    {
        using var limit = new CancellationTokenSource(MaxLag);
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
            return TableOf(Since(from).Events, InvariantText.Format($"Expected {events} events; no more arrived in time."));
        }

        return TableOf(Since(from).Events, note: null);
    }

    internal void Write(
        WebEventKind kind,
        int clientPort = 0,
        string protocol = "",
        string what = "",
        string outcome = "",
        string detail = "") =>
        Add(new WebEvent(Stopwatch.GetTimestamp(), kind, clientPort, protocol, what, outcome, detail));

    private protected override IReadOnlyList<object?> Cells(WebEvent entry) =>
    [
        entry.ClientPort == 0 ? "" : InvariantText.Format($":{entry.ClientPort}"),
        entry.Protocol,
        entry.What,
        entry.Outcome,
        entry.Detail,
    ];
}
