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
    private readonly Listener _listener;
    private readonly IPEndPoint _worker;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<int, int> _clientPorts = new();
    private readonly Task _running;

    /// <param name="listener">Where clients connect.</param>
    /// <param name="port">Where the worker listens.</param>
    public Relay(Listener listener, int port)
    {
        (_listener, _worker) = (listener, new IPEndPoint(IPAddress.Loopback, port));
        using (Detached.Begin())
        {
            _running = Task.Run(PassOnAsync);
        }
    }

    /// <summary>Which client the worker speaks to, when it speaks to this port of the relay's.</summary>
    public int ClientPort(int relayPort) => _clientPorts.TryRemove(relayPort, out var port) ? port : relayPort;

    /// <summary>Accepts no more; what is being passed on ends with the worker.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _running.GetAwaiter().GetResult();
        _ended.Dispose();
    }

    private async Task PassOnAsync()
    {
        while (await _listener.AcceptAsync(_ended.Token).ConfigureAwait(false) is { } client)
        {
            using var worker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using (client)
            {
                try
                {
                    worker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                    _clientPorts[((IPEndPoint)worker.LocalEndPoint!).Port] = ((IPEndPoint)client.RemoteEndPoint!).Port;
                    await worker.ConnectAsync(_worker).ConfigureAwait(false);
                    await Task.WhenAll(CopyAsync(client, worker), CopyAsync(worker, client)).ConfigureAwait(false);
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

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[8192];
            int count;
            while ((count = await from.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent)).ConfigureAwait(false);
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
        catch (ObjectDisposedException)
        {
            // The other direction has reset both.
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
