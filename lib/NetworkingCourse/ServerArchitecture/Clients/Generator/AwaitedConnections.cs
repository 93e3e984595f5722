using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Any number of connections by the awaitable calls of .NET (a SocketAsyncEventArgs each, which the socket keeps): for the systems that
/// have no epoll. Costs more than <see cref="EpollConnections"/>, and runs on the threads of the pool.
/// </summary>
internal sealed class AwaitedConnections(Asker[] askers) : IAskingConnections
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

    public void Ask(int first, int count, Func<long, long, bool> answered, long deadline)
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

    private async Task ConnectAsync(int connection, IPEndPoint server, CancellationToken cancellation)
    {
        try
        {
            var socket = _sockets[connection] = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            askers[connection].State = AskerState.Ready;
        }
        catch (SocketException exception)
        {
            Fail(connection, SocketFailure.Explain(exception));
        }
        catch (OperationCanceledException)
        {
            Fail(connection, "not connected in time");
        }
    }

    private async Task AskAsync(int connection, Func<long, long, bool> answered, CancellationToken cancellation)
    {
        var (asker, socket) = (askers[connection], _sockets[connection]!);
        var received = new byte[512];
        try
        {
            // Also those that find everything ready give way to the others.
            await Task.Yield();
            var again = true;
            while (again)
            {
                asker.Begin(Stopwatch.GetTimestamp());
                while (!asker.Sent(await socket.SendAsync(asker.Rest, SocketFlags.None, cancellation).ConfigureAwait(false)))
                {
                }

                while (asker.State == AskerState.Awaiting)
                {
                    asker.Received(received.AsSpan(0, await socket.ReceiveAsync(received, SocketFlags.None, cancellation).ConfigureAwait(false)));
                }

                again = asker.IsReady && Counted(answered, asker.Asked);
            }
        }
        catch (SocketException exception)
        {
            Fail(connection, SocketFailure.Explain(exception));
        }
        catch (OperationCanceledException)
        {
            Fail(connection, "no answer in time");
        }
    }

    private bool Counted(Func<long, long, bool> answered, long asked)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_counting)
        {
            return answered(asked, now);
        }
    }

    private void Fail(int connection, string reason)
    {
        askers[connection].Fail(reason);
        _sockets[connection]?.Dispose();
    }

    private static CancellationTokenSource TimerTo(long deadline) =>
        new(TimeSpan.FromSeconds(Math.Max(0, (double)(deadline - Stopwatch.GetTimestamp()) / Stopwatch.Frequency)));
}
