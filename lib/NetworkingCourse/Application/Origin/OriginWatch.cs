using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>Logs the requests to the origin, and the clients that left without sending one.</summary>
internal sealed class OriginWatch(WebLog log)
{
    // Keys of a connection's items: the name that its client wants, and whether a request has arrived.
    private const string Wanted = "wanted";
    private const string Asked = "asked";

    /// <summary>Stores the name in a client's ClientHello.</summary>
    public static void Note(BaseConnectionContext connection, string? serverName) => connection.Items[Wanted] = serverName;

    /// <summary>
    /// Middleware that runs before TLS. Kestrel does not report failed handshakes; this logs them, for example if the client
    /// did not trust the certificate. Some clients check it only after they have finished the handshake, but all of them leave
    /// without a request.
    /// </summary>
    public async Task HandshakeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        await next(connection).ConfigureAwait(false);
        if (!connection.Items.ContainsKey(Asked))
        {
            var name = connection.Items.TryGetValue(Wanted, out var wanted) && wanted is string { Length: > 0 } given
                ? given
                : "no name";
            log.Write(
                WebEventKind.Failed,
                PortOf(connection),
                "TLS",
                $"handshake for {name}",
                detail: "the client disconnected without a request");
        }
    }

    /// <summary>Middleware that runs before all pages.</summary>
    public async Task RequestAsync(HttpContext context, RequestDelegate next)
    {
        // In HTTP/2, several requests of a connection come here at once, and Kestrel's items are no concurrent collection.
        var items = context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        lock (items)
        {
            items[Asked] = true;
        }

        var kind = WebEventKind.Answered;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client has disconnected, or the server is stopping, in the middle of a slow response.
            context.Abort();
            kind = WebEventKind.Failed;
        }

        var request = context.Request;
        log.Write(
            kind,
            context.Connection.RemotePort,
            ProtocolOf(context),
            $"{request.Method} {request.Scheme}://{request.Host}{request.Path}{request.QueryString}",
            InvariantText.Format($"{context.Response.StatusCode}"),
            kind == WebEventKind.Failed ? "aborted" : "");
    }

    /// <summary>Handles and logs a whole connection of the site whose responses are written byte by byte.</summary>
    public async Task RawAsync(ConnectionContext connection)
    {
        try
        {
            if (await RawSite.HandleAsync(connection).ConfigureAwait(false) is var (method, path, status))
            {
                log.Write(
                    WebEventKind.Answered,
                    PortOf(connection),
                    "HTTP/1.1",
                    $"{method} http://{Sites.Raw.Host}{path}",
                    status,
                    "byte by byte");
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or FormatException)
        {
            log.Write(
                WebEventKind.Failed,
                PortOf(connection),
                detail: exception is FormatException ? exception.Message : "no request received");
        }
    }

    private static string ProtocolOf(HttpContext context) =>
        context.Features.Get<ITlsHandshakeFeature>() is not { } tls
            ? context.Request.Protocol
            : $"{context.Request.Protocol} over " + tls.Protocol switch
            {
                SslProtocols.Tls13 => "TLS 1.3",
                SslProtocols.Tls12 => "TLS 1.2",
                _ => tls.Protocol.ToString(),
            };

    private static int PortOf(ConnectionContext connection) => (connection.RemoteEndPoint as IPEndPoint)?.Port ?? 0;
}
