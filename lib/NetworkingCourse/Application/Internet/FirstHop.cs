using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The first step on the way to a server: a TCP connection, to a proxy or to the server itself.</summary>
/// <param name="Socket">The connection; whoever asked for it disposes of it.</param>
/// <param name="LeadsToProxy">Whether a proxy is at its other end, which has to be asked for a tunnel first.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public sealed record FirstHop(Socket Socket, bool LeadsToProxy) : IShown
{
    private const int TlsPort = 443;

    // As it was when it was opened: a socket that is closed no longer says.
    private readonly string _ends = $"{Plain(Socket.LocalEndPoint)} → {Plain(Socket.RemoteEndPoint)}";

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The connection as one line: its two ends, and who is at the other.</summary>
    public override string ToString() => $"{_ends}, {(LeadsToProxy ? "a proxy" : "the server itself")}";

    // A socket for both versions of IP writes addresses of version 4 as such of version 6.
    private static EndPoint? Plain(EndPoint? end) => end is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : end;

    /// <summary>To the system's proxy, if it has one for this host; or else to the host.</summary>
    internal static async Task<FirstHop> OutsideAsync(string host, CancellationToken cancellation)
    {
        var wanted = new Uri($"https://{host}/");
        var proxy = HttpClient.DefaultProxy.IsBypassed(wanted) ? null : HttpClient.DefaultProxy.GetProxy(wanted);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LiveHandler.DefaultDeadline);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(proxy is null ? new DnsEndPoint(host, TlsPort) : new DnsEndPoint(proxy.Host, proxy.Port), limit.Token).ConfigureAwait(false);
            return new FirstHop(socket, proxy is not null);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new NoNetworkException(LiveHandler.WhyNot(wanted, exception));
        }
    }
}

/// <summary>
/// <see cref="Course.Live"/> is on, and the world outside cannot be reached. It shows itself as the one line that says so: where in the code it
/// was noticed helps nobody.
/// </summary>
/// <param name="message">The line.</param>
public sealed class NoNetworkException(string message) : Exception(message)
{
    /// <summary>None.</summary>
    public override string? StackTrace => null;

    /// <summary>The line alone.</summary>
    public override string ToString() => Message;
}
