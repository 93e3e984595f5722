using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// Sends requests over UDP, and repeats each until there is a reply. Every request has its own number, which the
/// reply repeats. This matches replies to requests, and reveals late and duplicate replies. Any number of requests
/// can be in flight on the one socket.
/// </summary>
public sealed class RequestClient : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _waiting = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly RetryPolicy _policy;
    private readonly Socket _socket;
    private readonly Task _receiving;
    private int _asked;
    private int _late;

    /// <param name="server">The server, on loopback.</param>
    /// <param name="policy">When to retry.</param>
    /// <exception cref="ArgumentException">The server is not on loopback, or the policy is invalid.</exception>
    public RequestClient(IPEndPoint server, RetryPolicy? policy = null)
    {
        Loopback.Require(server);
        _policy = policy ?? new RetryPolicy();
        _policy.Validate();
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(server);
        RunningServers.StopToo(this);
        using (Detached.Begin())
        {
            _receiving = Task.Run(ReceiveAsync);
        }
    }

    /// <summary>The number of replies to requests that already had a reply or had been given up.</summary>
    public int LateAnswers => Volatile.Read(ref _late);

    /// <summary>Sends a request, and retries until there is a reply.</summary>
    /// <param name="request">The request, in ASCII, without its number.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>The reply, and how many tries it took.</returns>
    /// <exception cref="TimeoutException">
    /// There was no reply after all tries. Whether the server has executed the request is then unknown.
    /// </exception>
    public async Task<RequestOutcome> AskAsync(string request, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        var number = Interlocked.Increment(ref _asked);
        var answer = new TaskCompletionSource<string>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[number] = answer;
        var datagram = Encoding.ASCII.GetBytes(InvariantText.Format($"{number} {request}"));
        var tries = new List<TimeSpan>();
        var began = Stopwatch.GetTimestamp();
        try
        {
            foreach (var wait in _policy.Waits())
            {
                tries.Add(tries.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(began));
                // The number is the same too, so the server can tell that all tries are one request.
                await SendAsync(datagram, cancellation).ConfigureAwait(false);
                if (await EndsWithinAsync(answer.Task, wait, cancellation).ConfigureAwait(false))
                {
                    var reply = await answer.Task.ConfigureAwait(false);
                    var took = Stopwatch.GetElapsedTime(began);
                    return new RequestOutcome(number, request, reply, tries, took);
                }
            }
        }
        finally
        {
            _waiting.TryRemove(number, out _);
        }

        throw NoAnswer(request, tries, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Closes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        RunningServers.ForgetOther(this);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _socket.Dispose();
    }

    private static TimeoutException NoAnswer(string request, List<TimeSpan> tries, TimeSpan total)
    {
        var times = string.Join(", ", tries.Select(InvariantText.Of));
        return new TimeoutException(
            InvariantText.Format($"No answer to \"{request}\" after {tries.Count} tries at {times}; ")
            + $"given up after {InvariantText.Of(total)}. Whether the server has executed the request is unknown.");
    }

    private async Task SendAsync(byte[] datagram, CancellationToken cancellation)
    {
        try
        {
            await _socket.SendAsync(datagram, cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // An earlier datagram met a closed port (ICMP), or the system had no buffer space. With retries
            // this is a loss like any other.
        }
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan limit, CancellationToken cancellation)
    {
        await task.WaitAsync(limit, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[65_535];
        while (true)
        {
            try
            {
                var count = await _socket.ReceiveAsync(buffer, _stopping.Token).ConfigureAwait(false);
                Take(Encoding.ASCII.GetString(buffer, 0, count));
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // Nothing listens there at the moment. The system reports this once for each datagram concerned.
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Take(string answer)
    {
        var space = answer.IndexOf(' ', StringComparison.Ordinal);
        if (space > 0 && Digits.TryParse(answer.AsSpan(0, space), out int number)
            && _waiting.TryRemove(number, out var waiting))
        {
            waiting.SetResult(answer[(space + 1)..]);
        }
        else
        {
            Interlocked.Increment(ref _late);
        }
    }
}
