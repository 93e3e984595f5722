using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Connects clients to a worker on systems where processes cannot share a listening socket. The parent accepts one client at a
/// time for each worker and relays bytes in both directions, including closes and resets.
/// </summary>
internal sealed class Relay : IDisposable
{
    /// <summary>How long the last bytes of an ended worker may take to reach the client.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Listener _listener;
    private readonly ConcurrentQueue<Socket> _turnedAway;
    private readonly IPEndPoint _worker;
    private readonly Action<SocketException> _failed;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly ConcurrentDictionary<int, int> _clientPorts = new();
    private readonly Task _running;

    /// <param name="listener">The listener to which clients connect.</param>
    /// <param name="turnedAway">
    /// Clients whose worker ended before it could accept them; the next worker serves them first.
    /// </param>
    /// <param name="port">The port on which the worker listens.</param>
    /// <param name="failed">Called with each error of the system; the relay pauses and tries again.</param>
    public Relay(Listener listener, ConcurrentQueue<Socket> turnedAway, int port, Action<SocketException> failed)
    {
        (_listener, _turnedAway, _worker) = (listener, turnedAway, new IPEndPoint(IPAddress.Loopback, port));
        _failed = failed;
        using (Detached.Begin())
        {
            _running = Task.Run(PassOnAsync);
        }
    }

    /// <summary>Maps a port of the relay, as the worker sees it, to the port of the client behind it.</summary>
    public int ClientPort(int relayPort) => _clientPorts.TryRemove(relayPort, out var port) ? port : relayPort;

    /// <summary>
    /// Stops relaying once the worker has ended: accepts no more clients and delivers only the worker's last bytes.
    /// </summary>
    public void Dispose()
    {
        _ended.Cancel();
        _givenUp.CancelAfter(Grace);
        _running.GetAwaiter().GetResult();
        _ended.Dispose();
        _givenUp.Dispose();
    }

    private async Task PassOnAsync()
    {
        while (await NextAsync().ConfigureAwait(false) is { } client)
        {
            Socket worker;
            try
            {
                worker = await ConnectToWorkerAsync(client).ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                _turnedAway.Enqueue(client);
                await PauseAfterAsync(exception).ConfigureAwait(false);
                continue;
            }
            catch (SocketException)
            {
                _turnedAway.Enqueue(client);
                return; // the worker has ended
            }

            using (client)
            using (worker)
            {
                try
                {
                    await Task.WhenAll(
                        CopyAsync(client, worker, _ended.Token),
                        CopyAsync(worker, client, _givenUp.Token)).ConfigureAwait(false);
                }
                catch (SocketException)
                {
                    // One side has failed, so reset both.
                    worker.Reset();
                    client.Reset();
                }
            }
        }
    }

    private async ValueTask<Socket?> NextAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                return _turnedAway.TryDequeue(out var client)
                    ? client
                    : await _listener.AcceptAsync(_ended.Token).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                await PauseAfterAsync(exception).ConfigureAwait(false);
            }
        }

        return null;
    }

    // For example, the process is out of descriptors.
    private async Task PauseAfterAsync(SocketException exception)
    {
        _failed(exception);
        await Task.Delay(NetworkService.FailurePause, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<Socket> ConnectToWorkerAsync(Socket client)
    {
        var worker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            worker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _clientPorts[((IPEndPoint)worker.LocalEndPoint!).Port] = ((IPEndPoint)client.RemoteEndPoint!).Port;
            await worker.ConnectAsync(_worker).ConfigureAwait(false);
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken ended)
    {
        try
        {
            var buffer = new byte[8192];
            int count;
            while ((count = await from.ReceiveAsync(buffer, ended).ConfigureAwait(false)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), ended).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            from.Reset();
            to.Reset();
            throw;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // The other direction has reset both sockets, or the worker has ended.
        }
    }
}
