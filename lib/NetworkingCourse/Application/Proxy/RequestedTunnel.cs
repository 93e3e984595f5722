using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>A tunnel that a client asks for (RFC 9110, section 9.3.6): the proxy connects, says so, and from then on hands on what it cannot read.</summary>
internal sealed class RequestedTunnel(ForwardProxy proxy, ProxyPeer client, HttpMessage request, ProxyTarget target)
{
    /// <summary>Opens the tunnel and stays with it to its end.</summary>
    /// <returns>False: no request follows a tunnel.</returns>
    /// <exception cref="ProxyFault">There is nobody to connect with; nothing has been sent to the client.</exception>
    public async Task<bool> RunAsync()
    {
        using var server = await Upstream.ConnectAsync(proxy, target).ConfigureAwait(false);
        var tunnel = new Tunnel(target.Authority);
        proxy.Remember(tunnel);
        var began = Stopwatch.GetTimestamp();
        var what = $"{request.Method} {request.Target}";
        proxy.Log.Write(WebEventKind.TunnelOpened, client.Port, request.Version, what, "200", "whom it leads to, and nothing of what is said");
        var ending = await HandOnAsync(server, tunnel).ConfigureAwait(false);
        proxy.Log.Write(
            WebEventKind.TunnelClosed, client.Port, "", what, "",
            InvariantText.Format($"{tunnel.Up.Count:N0} bytes up, {tunnel.Down.Count:N0} down, in {InvariantText.Of(Stopwatch.GetElapsedTime(began))}{ending}"));
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
            // Both sides are to see that this is no end in order.
            client.Break();
            server.Break();
            return ", broken off: " + Upstream.Explain(exception);
        }
    }
}
