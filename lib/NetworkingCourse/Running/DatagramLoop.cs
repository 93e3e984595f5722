using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse;

/// <summary>Receives the datagrams of a UDP socket, one after the other, until the service stops.</summary>
internal static class DatagramLoop
{
    // The maximum length of a datagram, so that none is truncated.
    private const int MaxDatagramLength = 65_535;

    /// <summary>Receives, whatever goes wrong, until the service stops.</summary>
    /// <param name="socket">The socket, which is bound.</param>
    /// <param name="handle">Handles a datagram, which is valid until the task ends, from its sender.</param>
    /// <param name="failed">Called with each failure; then the loop pauses.</param>
    /// <param name="stopping">Cancelled when the service stops.</param>
    public static async Task RunAsync(
        Socket socket,
        Func<ReadOnlyMemory<byte>, IPEndPoint, ValueTask> handle,
        Action<Exception> failed,
        CancellationToken stopping)
    {
        var buffer = new byte[MaxDatagramLength];
        var anyone = new IPEndPoint(
            socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, stopping).ConfigureAwait(false);
                var (datagram, client) = (buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
                await handle(datagram, client).ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Windows reports here that an earlier answer reached a closed port. That concerns only the client in question.
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                failed(exception);
                await Task.Delay(NetworkService.FailurePause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception
                is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return; // the service is stopping
            }
        }
    }
}
