using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Requests that come when they come, whether or not the last one has been answered: as from many people who know nothing of each
/// other. Latency is counted from when a request was <em>due</em>, not from when it could be sent: whoever counts from the sending leaves out the
/// wait that a slow server has caused (coordinated omission).
/// </summary>
public static class OpenLoop
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Sends requests at a rate, each on a connection of its own.</summary>
    /// <param name="target">The server.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="duration">For how long requests arrive; answers are waited for beyond it.</param>
    /// <param name="arrivals">At equal distances, or by chance.</param>
    /// <param name="deadline">How long a request waits for its answer; 30 seconds unless told otherwise.</param>
    /// <param name="cancellation">Ends the run early; requests that have no answer then have failed.</param>
    public static async Task<OpenLoopRun> RunAsync(
        ITarget target, double rate, TimeSpan duration, Arrivals arrivals = Arrivals.Even, TimeSpan? deadline = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var due = ArrivalTimes.Of(arrivals, rate, duration);
        var limit = deadline ?? Grace;
        // On a thread of its own, because the requests must go out when they are due, whatever the pool is busy with.
        var requests = await Task.Factory.StartNew(() => SendWhenDue(target, due, limit, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        return new OpenLoopRun(target, rate, duration, arrivals, await Task.WhenAll(requests).ConfigureAwait(false));
    }

    private static List<Task<OpenLoopRequest>> SendWhenDue(ITarget target, IReadOnlyList<TimeSpan> due, TimeSpan limit, CancellationToken cancellation)
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
        while (instant - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero && !cancellation.IsCancellationRequested)
        {
            // The system wakes a thread up to a millisecond late; the last part is waited for by looking at the clock.
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

    private static async Task<OpenLoopRequest> AskAsync(ITarget target, long began, TimeSpan due, TimeSpan limit, CancellationToken cancellation)
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
            failure = cancellation.IsCancellationRequested ? "the run was cancelled" : InvariantText.Format($"no answer within {limit.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            failure = exception.Message;
        }

        return new OpenLoopRequest(due, Stopwatch.GetElapsedTime(began) - due, failure);
    }
}

/// <summary>One request of an open loop.</summary>
/// <param name="Due">When it was due, counted from the beginning of the run.</param>
/// <param name="Latency">From then until its answer was complete, or until it failed.</param>
/// <param name="Failure">Why it has no answer; null if it has one.</param>
public readonly record struct OpenLoopRequest(TimeSpan Due, TimeSpan Latency, string? Failure);
