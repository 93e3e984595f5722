using System.Net;
using System.Net.Sockets;

namespace NetworkingCourse.Host.Doctor;

/// <summary>Checks that a server can listen on this machine and that a client gets in.</summary>
internal static class LoopbackChecks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Lets a client and a server exchange a byte over an address of this machine.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isNeeded">Whether the course needs it.</param>
    /// <param name="cancellation">Cancels the check.</param>
    public static Task<Finding> ViaAsync(IPAddress address, bool isNeeded, CancellationToken cancellation) =>
        ViaAsync(address, isNeeded, Timeout, (client, server, token) => client.ConnectAsync(server, token), cancellation);

    internal static async Task<Finding> ViaAsync(
        IPAddress address,
        bool isNeeded,
        TimeSpan timeout,
        Func<Socket, EndPoint, CancellationToken, ValueTask> connectAsync,
        CancellationToken cancellation)
    {
        var check = $"a server on {address}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, 0));
            listener.Listen();
            using var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var accepting = listener.AcceptAsync(limit.Token);
            await connectAsync(client, listener.LocalEndPoint!, limit.Token).ConfigureAwait(false);
            using var served = await accepting.ConfigureAwait(false);
            await client.SendAsync(new byte[] { 42 }, limit.Token).ConfigureAwait(false);
            var buffer = new byte[1];
            await served.ReceiveAsync(buffer, limit.Token).ConfigureAwait(false);
            return Finding.Ok(check, "listens, and a client gets in");
        }
        catch (SocketException exception)
        {
            return Failed(check, $"{exception.SocketErrorCode}: {exception.Message}", isNeeded);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(check, "a client does not get in", isNeeded);
        }
    }

    private static Finding Failed(string check, string found, bool isNeeded) => isNeeded
        ? Finding.Missing(
            check, found, "Allow programs on this machine to talk to each other: look at the firewall or security software.")
        : Finding.Note(check, found, "Cells that show IPv6 say that it is missing.");
}
