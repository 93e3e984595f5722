using System.Net;

namespace NetworkingCourse.Application;

/// <summary>
/// The connection to a server that the proxy keeps from one request of a client to the next (RFC 9112, section 9.3). Each client has its own:
/// whatever one client may manage to leave behind on a connection, no other will read.
/// </summary>
internal sealed class PooledConnection : IDisposable
{
    private IPEndPoint? _address;
    private ProxyPeer? _server;

    /// <summary>Gives the connection away, if it leads there and is still good.</summary>
    /// <param name="address">Where a request is to go.</param>
    /// <returns>The connection, which is the caller's from here on; null: there is none.</returns>
    public ProxyPeer? Take(IPEndPoint address)
    {
        (var server, _server) = (_server, null);
        // What can be read before anything was asked is an end, or an answer to nothing.
        if (server is not null && address.Equals(_address) && server.IsQuiet)
        {
            return server;
        }

        server?.Dispose();
        return null;
    }

    /// <summary>Keeps a connection over which all has been said and answered.</summary>
    public void Keep(IPEndPoint address, ProxyPeer server)
    {
        Dispose();
        (_address, _server) = (address, server);
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        _server?.Dispose();
        _server = null;
    }
}
