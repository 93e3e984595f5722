using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Any number of connections, driven by the awaitable calls of .NET (each socket caches a SocketAsyncEventArgs), for systems
/// without epoll. It costs more than <see cref="EpollConnections"/>, and runs on the thread pool.
/// </summary>
/// <param name="connections">The connections to drive.</param>
/// <param name="cancellation">Ends all waiting.</param>
internal sealed class AwaitedConnections(LoadConnection[] connections, CancellationToken cancellation = default)
    : ILoadConnections
{
    private const int ConnectingAtOnce = 128;

    private readonly Socket?[] _sockets = new Socket?[connections.Length];
    private readonly Lock _counting = new();

    public void Connect(IPEndPoint server, Func<LoadConnection, long, NextStep>? answered, long deadline)
    {
        using var timer = TimerTo(deadline);
        using var room = new SemaphoreSlim(ConnectingAtOnce);
        var all = new Task[connections.Length];
        for (var i = 0; i < all.Length; i++)
        {
            room.Wait(CancellationToken.None); // the time limit ends those that are connecting, too
            all[i] = ConverseAsync(i, server, answered, room, timer.Token);
        }

        Task.WhenAll(all).GetAwaiter().GetResult();
    }

    public void Ask(int first, int count, Func<LoadConnection, long, NextStep> answered, long deadline)
    {
        using var timer = TimerTo(deadline);
        Task
            .WhenAll(Enumerable.Range(first, count)
                .Where(i => connections[i].IsReady)
                .Select(i => AskAsync(i, answered, timer.Token))
                .ToArray())
            .GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket?.Dispose();
        }
    }

    private async Task ConverseAsync(
        int index,
        IPEndPoint server,
        Func<LoadConnection, long, NextStep>? answered,
        SemaphoreSlim room,
        CancellationToken timeIsUp)
    {
        await ConnectAsync(index, server, timeIsUp).ConfigureAwait(false);
        room.Release();
        if (answered is not null && connections[index].IsReady)
        {
            await AskAsync(index, answered, timeIsUp).ConfigureAwait(false);
        }
    }

    private async Task ConnectAsync(int index, IPEndPoint server, CancellationToken timeIsUp)
    {
        connections[index].Start(Stopwatch.GetTimestamp());
        try
        {
            var socket = _sockets[index] =
                new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, timeIsUp).ConfigureAwait(false);
            connections[index].Connect(((IPEndPoint)socket.LocalEndPoint!).Port, Stopwatch.GetTimestamp());
        }
        catch (SocketException exception)
        {
            Fail(index, SocketFailure.Explain(exception));
        }
        catch (OperationCanceledException)
        {
            Fail(index, SocketFailure.NotConnected);
        }
    }

    private async Task AskAsync(int index, Func<LoadConnection, long, NextStep> answered, CancellationToken timeIsUp)
    {
        var (connection, socket) = (connections[index], _sockets[index]!);
        var received = new byte[512];
        try
        {
            // Even a connection whose data is ready at once lets the others run first.
            await Task.Yield();
            var next = NextStep.AskAgain;
            while (next == NextStep.AskAgain)
            {
                connection.Begin(Stopwatch.GetTimestamp());
                while (!connection.Sent(
                    await socket.SendAsync(connection.Rest, SocketFlags.None, timeIsUp).ConfigureAwait(false)))
                {
                }

                while (connection.State == LoadConnectionState.Awaiting)
                {
                    connection.Received(received.AsSpan(
                        0, await socket.ReceiveAsync(received, SocketFlags.None, timeIsUp).ConfigureAwait(false)));
                }

                next = connection.IsReady ? Counted(answered, connection) : NextStep.Stay;
            }

            if (next == NextStep.Close)
            {
                connection.Finish();
                // Connections whose answer has already arrived take their timestamp first.
                await Task.Yield();
                socket.Dispose();
            }
        }
        catch (SocketException exception)
        {
            Fail(index, SocketFailure.Explain(exception));
        }
        catch (OperationCanceledException)
        {
            Fail(index, SocketFailure.NoAnswer);
        }
    }

    private NextStep Counted(Func<LoadConnection, long, NextStep> answered, LoadConnection connection)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_counting)
        {
            return answered(connection, now);
        }
    }

    private void Fail(int index, string reason)
    {
        connections[index].Fail(reason);
        _sockets[index]?.Dispose();
    }

    private CancellationTokenSource TimerTo(long deadline)
    {
        var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (deadline != long.MaxValue)
        {
            timer.CancelAfter(TimeSpan.FromSeconds(
                Math.Max(0, (double)(deadline - Stopwatch.GetTimestamp()) / Stopwatch.Frequency)));
        }

        return timer;
    }
}
