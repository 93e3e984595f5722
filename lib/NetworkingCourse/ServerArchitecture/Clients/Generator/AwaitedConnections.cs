using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Any number of connections by the awaitable calls of .NET (a SocketAsyncEventArgs each, which the socket keeps): for the systems that
/// have no epoll. Costs more than <see cref="EpollConnections"/>, and runs on the threads of the pool.
/// </summary>
/// <param name="askers">What is asked, a connection each.</param>
/// <param name="cancellation">Ends all waiting.</param>
internal sealed class AwaitedConnections(Asker[] askers, CancellationToken cancellation = default) : IAskingConnections
{
    private const int ConnectingAtOnce = 128;

    private readonly Socket?[] _sockets = new Socket?[askers.Length];
    private readonly Lock _counting = new();

    public void Connect(IPEndPoint server, long deadline)
    {
        using var timer = TimerTo(deadline);
        var several = new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce };
        Parallel.ForEachAsync(Enumerable.Range(0, askers.Length), several, async (i, _) => await ConnectAsync(i, server, timer.Token).ConfigureAwait(false)).GetAwaiter().GetResult();
    }

    public void Ask(int first, int count, Func<Asker, long, NextStep> answered, long deadline)
    {
        using var timer = TimerTo(deadline);
        Task.WhenAll(Enumerable.Range(first, count).Where(i => askers[i].IsReady).Select(i => AskAsync(i, answered, timer.Token)).ToArray()).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket?.Dispose();
        }
    }

    private async Task ConnectAsync(int connection, IPEndPoint server, CancellationToken timeIsUp)
    {
        try
        {
            var socket = _sockets[connection] = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, timeIsUp).ConfigureAwait(false);
            askers[connection].Connect(((IPEndPoint)socket.LocalEndPoint!).Port, Stopwatch.GetTimestamp());
        }
        catch (SocketException exception)
        {
            Fail(connection, SocketFailure.Explain(exception));
        }
        catch (OperationCanceledException)
        {
            Fail(connection, SocketFailure.NotConnected);
        }
    }

    private async Task AskAsync(int connection, Func<Asker, long, NextStep> answered, CancellationToken timeIsUp)
    {
        var (asker, socket) = (askers[connection], _sockets[connection]!);
        var received = new byte[512];
        try
        {
            // Also those that find everything ready give way to the others.
            await Task.Yield();
            var next = NextStep.AskAgain;
            while (next == NextStep.AskAgain)
            {
                asker.Begin(Stopwatch.GetTimestamp());
                while (!asker.Sent(await socket.SendAsync(asker.Rest, SocketFlags.None, timeIsUp).ConfigureAwait(false)))
                {
                }

                while (asker.State == AskerState.Awaiting)
                {
                    asker.Received(received.AsSpan(0, await socket.ReceiveAsync(received, SocketFlags.None, timeIsUp).ConfigureAwait(false)));
                }

                next = asker.IsReady ? Counted(answered, asker) : NextStep.Stay;
            }

            if (next == NextStep.Close)
            {
                asker.Finish();
                // Others who have an answer by now look at the clock first.
                await Task.Yield();
                socket.Dispose();
            }
        }
        catch (SocketException exception)
        {
            Fail(connection, SocketFailure.Explain(exception));
        }
        catch (OperationCanceledException)
        {
            Fail(connection, SocketFailure.NoAnswer);
        }
    }

    private NextStep Counted(Func<Asker, long, NextStep> answered, Asker asker)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_counting)
        {
            return answered(asker, now);
        }
    }

    private void Fail(int connection, string reason)
    {
        askers[connection].Fail(reason);
        _sockets[connection]?.Dispose();
    }

    private CancellationTokenSource TimerTo(long deadline)
    {
        var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (deadline != long.MaxValue)
        {
            timer.CancelAfter(TimeSpan.FromSeconds(Math.Max(0, (double)(deadline - Stopwatch.GetTimestamp()) / Stopwatch.Frequency)));
        }

        return timer;
    }
}
