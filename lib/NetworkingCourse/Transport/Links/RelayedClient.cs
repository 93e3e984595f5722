using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Transport;

/// <summary>
/// A client of a relay, as the server sees it: a separate socket, so that the server's replies find their way
/// back. It is a connected UDP socket, so it sends only to the server, receives nothing from elsewhere, and is
/// told if the server's port is closed.
/// </summary>
internal sealed class RelayedClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Socket _socket;
    private readonly DatagramLog _log;
    private readonly Task _receiving;

    public RelayedClient(IPEndPoint address, IPEndPoint server, DatagramLog log, Action<RelayedDatagram> reply)
    {
        (Address, _log) = (address, log);
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(server);
        using (Detached.Begin())
        {
            _receiving = Task.Run(() => ReceiveAsync(reply));
        }
    }

    public IPEndPoint Address { get; }

    /// <summary>When the client last sent something, in simulated time.</summary>
    public TimeSpan LastReceived { get; set; }

    public void SendToServer(byte[] datagram)
    {
        try
        {
            _socket.Send(datagram);
        }
        catch (SocketException exception)
        {
            Failed(exception);
        }
        catch (ObjectDisposedException)
        {
            // The client was forgotten while its datagram was in flight.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        _socket.Dispose();
    }

    private async Task ReceiveAsync(Action<RelayedDatagram> reply)
    {
        var buffer = new byte[65_535];
        while (true)
        {
            try
            {
                var count = await _socket.ReceiveAsync(buffer, _stopping.Token).ConfigureAwait(false);
                reply(new RelayedDatagram(this, buffer[..count]));
            }
            catch (SocketException exception) when (!_stopping.IsCancellationRequested)
            {
                // The system reports each error only once, so this loop does not spin.
                Failed(exception);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Failed(SocketException exception) => _log.Write(
        exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
            ? DatagramEventKind.Refused
            : DatagramEventKind.Failed,
        Address,
        detail: exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
            ? "nothing listens where the server should be"
            : exception.Message);
}
