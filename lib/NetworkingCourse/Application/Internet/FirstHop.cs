using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The first hop on the way to a server: a TCP connection to a proxy or to the server itself.</summary>
/// <param name="Socket">The connection. The caller disposes of it.</param>
/// <param name="LeadsToProxy">Whether the other end is a proxy, which must first be asked for a tunnel.</param>
public sealed record FirstHop(Socket Socket, bool LeadsToProxy) : ShownRecord
{
    private const int TlsPort = 443;

    // Recorded when the connection opens, because a closed socket no longer tells its addresses.
    private readonly string _ends = $"{Plain(Socket.LocalEndPoint)} → {Plain(Socket.RemoteEndPoint)}";

    /// <summary>Returns the connection as one line: its two ends, and whether the other one is a proxy.</summary>
    public override string ToString() => $"{_ends}, {(LeadsToProxy ? "a proxy" : "the server itself")}";

    // A dual-mode socket reports IPv4 addresses as IPv4-mapped IPv6 addresses.
    private static EndPoint? Plain(EndPoint? end) =>
        end is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
            ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
            : end;

    /// <summary>Connects to the system's proxy, if it has one for this host; otherwise to the host.</summary>
    internal static async Task<FirstHop> OutsideAsync(string host, CancellationToken cancellation)
    {
        var wanted = new Uri($"https://{host}/");
        var proxy = HttpClient.DefaultProxy.IsBypassed(wanted) ? null : HttpClient.DefaultProxy.GetProxy(wanted);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LiveHandler.DefaultDeadline);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(
                proxy is null ? new DnsEndPoint(host, TlsPort) : new DnsEndPoint(proxy.Host, proxy.Port),
                limit.Token).ConfigureAwait(false);
            return new FirstHop(socket, proxy is not null);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new NoNetworkException(LiveHandler.FailureReason(wanted, exception));
        }
    }
}

/// <summary>
/// The exception thrown if <see cref="Course.Live"/> is on and the real internet cannot be reached. It prints only its message: a
/// stack trace would not help the reader.
/// </summary>
/// <param name="message">The message, in one line.</param>
public sealed class NoNetworkException(string message) : Exception(message)
{
    /// <summary>Always null.</summary>
    public override string? StackTrace => null;

    /// <summary>Returns the message alone.</summary>
    public override string ToString() => Message;
}
