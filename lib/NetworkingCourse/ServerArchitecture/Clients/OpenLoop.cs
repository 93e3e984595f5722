using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Sends requests at scheduled times, whether or not the previous one has been answered, as many independent users would.
/// Latency is measured from when a request was <em>due</em>, not from when it could be sent: measuring from the send would leave
/// out the wait that a slow server has caused (coordinated omission).
/// </summary>
public static class OpenLoop
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Sends requests at a given rate, each on a new connection.</summary>
    /// <param name="target">The server.</param>
    /// <param name="rate">Requests per second.</param>
    /// <param name="duration">How long requests are sent; the run then waits for the outstanding answers.</param>
    /// <param name="arrivals">Whether requests are sent at equal intervals or at random.</param>
    /// <param name="deadline">How long a request waits for its answer; 30 seconds by default.</param>
    /// <param name="cancellation">Ends the run early; requests that have no answer by then count as failed.</param>
    public static async Task<OpenLoopRun> RunAsync(
        ITarget target,
        double rate,
        TimeSpan duration,
        Arrivals arrivals = Arrivals.Even,
        TimeSpan? deadline = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var due = ArrivalTimes.Of(arrivals, rate, duration);
        var limit = deadline ?? Grace;
        // On a dedicated thread, because requests must go out when they are due, however busy the thread pool is.
        var requests = await Task.Factory
            .StartNew(
                () => SendWhenDue(target, due, limit, cancellation),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)
            .ConfigureAwait(false);
        return new OpenLoopRun(target, rate, duration, arrivals, await Task.WhenAll(requests).ConfigureAwait(false));
    }

    private static List<Task<OpenLoopRequest>> SendWhenDue(
        ITarget target, IReadOnlyList<TimeSpan> due, TimeSpan limit, CancellationToken cancellation)
    {
        var requests = new List<Task<OpenLoopRequest>>(due.Count);
        var began = Stopwatch.GetTimestamp();
        foreach (var instant in due)
        {
            WaitUntil(began, instant, cancellation);
            requests.Add(AskAsync(target, began, instant, limit, cancellation));
        }

        return requests;
    }

    private static void WaitUntil(long began, TimeSpan instant, CancellationToken cancellation)
    {
        while (instant - Stopwatch.GetElapsedTime(began) is var left
            && left > TimeSpan.Zero
            && !cancellation.IsCancellationRequested)
        {
            // The system may wake a thread up to a millisecond late, so the last part of the wait polls the clock.
            if (left > TimeSpan.FromMilliseconds(2))
            {
                cancellation.WaitHandle.WaitOne(left - TimeSpan.FromMilliseconds(1.5));
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    private static async Task<OpenLoopRequest> AskAsync(
        ITarget target, long began, TimeSpan due, TimeSpan limit, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        string? failure = null;
        try
        {
            await using var client = await Client.ConnectAsync(target.EndPoint, timer.Token).ConfigureAwait(false);
            await client.SendAsync(Encoding.ASCII.GetBytes("Is it my turn?"), timer.Token).ConfigureAwait(false);
            _ = await client.ReceiveAnswerAsync(timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            failure = cancellation.IsCancellationRequested
                ? "the run was cancelled"
                : InvariantText.Format($"no answer within {limit.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            failure = exception.Message;
        }

        return new OpenLoopRequest(due, Stopwatch.GetElapsedTime(began) - due, failure);
    }
}

/// <summary>One request of an open loop.</summary>
/// <param name="Due">When the request was due, measured from the start of the run.</param>
/// <param name="Latency">The time from then until the answer was complete or the request failed.</param>
/// <param name="Failure">Why the request has no answer; null if it has one.</param>
public readonly record struct OpenLoopRequest(TimeSpan Due, TimeSpan Latency, string? Failure);
