using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A tunnel that a client asks for (RFC 9110, section 9.3.6): the proxy connects to the server, confirms this, and from then on
/// relays bytes that it cannot read.
/// </summary>
internal sealed class RequestedTunnel(ForwardProxy proxy, ProxyPeer client, HttpMessage request, ProxyTarget target)
{
    /// <summary>Opens the tunnel, and relays bytes until it closes.</summary>
    /// <returns>Always false: no request can follow a tunnel.</returns>
    /// <exception cref="ProxyFault">The server cannot be reached; nothing has been sent to the client.</exception>
    public async Task<bool> RunAsync()
    {
        using var server = await Upstream.ConnectAsync(proxy, target).ConfigureAwait(false);
        var tunnel = new Tunnel(target.Authority);
        proxy.Remember(tunnel);
        var began = Stopwatch.GetTimestamp();
        var what = $"{request.Method} {request.Target}";
        proxy.Log.Write(
            WebEventKind.TunnelOpened,
            client.Port,
            request.Version,
            what,
            "200",
            "the proxy sees the destination, but not the content");
        var ending = await HandOnAsync(server, tunnel).ConfigureAwait(false);
        var took = InvariantText.Of(Stopwatch.GetElapsedTime(began));
        proxy.Log.Write(
            WebEventKind.TunnelClosed,
            client.Port,
            "",
            what,
            "",
            InvariantText.Count(tunnel.Up.Count, "byte")
                + InvariantText.Format($" up, {tunnel.Down.Count:N0} down, in {took}{ending}"));
        return false;
    }

    private async Task<string> HandOnAsync(ProxyPeer server, Tunnel tunnel)
    {
        using var relay = new TunnelRelay(tunnel, proxy.Options.IdleDeadline, proxy.Aborting);
        try
        {
            await client.SendAsync(ProxyAnswer.TunnelIsOpen, proxy.Aborting).ConfigureAwait(false);
            await relay.RunAsync(client, server, proxy.Stopping).ConfigureAwait(false);
            return "";
        }
        catch (Exception exception)
        {
            // Reset both connections, so that neither side takes this for an orderly close.
            client.Break();
            server.Break();
            return ", aborted: " + Upstream.Explain(exception);
        }
    }
}
