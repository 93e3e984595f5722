using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// For systems whose processes cannot share a listening socket: the parent accepts, one client at a time for each worker, and passes bytes on in both
/// directions, ends and resets included.
/// </summary>
internal sealed class Relay : IDisposable
{
    /// <summary>How long what a worker said before it ended may take to reach a client.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Listener _listener;
    private readonly ConcurrentQueue<Socket> _turnedAway;
    private readonly IPEndPoint _worker;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly ConcurrentDictionary<int, int> _clientPorts = new();
    private readonly Task _running;

    /// <param name="listener">Where clients connect.</param>
    /// <param name="turnedAway">Clients whose worker had ended before it could take them: the next worker's come first.</param>
    /// <param name="port">Where the worker listens.</param>
    public Relay(Listener listener, ConcurrentQueue<Socket> turnedAway, int port)
    {
        (_listener, _turnedAway, _worker) = (listener, turnedAway, new IPEndPoint(IPAddress.Loopback, port));
        using (Detached.Begin())
        {
            _running = Task.Run(PassOnAsync);
        }
    }

    /// <summary>Which client the worker speaks to, when it speaks to this port of the relay's.</summary>
    public int ClientPort(int relayPort) => _clientPorts.TryRemove(relayPort, out var port) ? port : relayPort;

    /// <summary>The worker has ended: accepts no more, and passes on only what the worker has said.</summary>
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
            using var worker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                worker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                _clientPorts[((IPEndPoint)worker.LocalEndPoint!).Port] = ((IPEndPoint)client.RemoteEndPoint!).Port;
                await worker.ConnectAsync(_worker).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                _turnedAway.Enqueue(client);
                return; // the worker has ended
            }

            using (client)
            {
                try
                {
                    await Task.WhenAll(CopyAsync(client, worker, _ended.Token), CopyAsync(worker, client, _givenUp.Token)).ConfigureAwait(false);
                }
                catch (SocketException)
                {
                    // One side has broken off: so does the other.
                    Reset(worker);
                    Reset(client);
                }
            }
        }
    }

    private async ValueTask<Socket?> NextAsync() => _ended.IsCancellationRequested ? null
        : _turnedAway.TryDequeue(out var client) ? client
        : await _listener.AcceptAsync(_ended.Token).ConfigureAwait(false);

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
            Reset(from);
            Reset(to);
            throw;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // The other direction has reset both; or the worker has ended.
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }
    }
}
