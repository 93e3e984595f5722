using System.Net;

namespace NetworkingCourse.Application;

/// <summary>
/// The connection to a server that the proxy keeps from one request of a client to the next (RFC 9112, section 9.3). Clients do
/// not share connections, so that none can read what another has left behind.
/// </summary>
internal sealed class PooledConnection : IDisposable
{
    private IPEndPoint? _address;
    private ProxyPeer? _server;

    /// <summary>Takes the connection, if it leads to this address and can still be used.</summary>
    /// <param name="address">The destination of a request.</param>
    /// <returns>The connection, which the caller now owns; null if there is none.</returns>
    public ProxyPeer? Take(IPEndPoint address)
    {
        (var server, _server) = (_server, null);
        // Anything readable before a request is sent is the end of the connection, or an unsolicited response.
        if (server is not null && address.Equals(_address) && server.IsQuiet)
        {
            return server;
        }

        server?.Dispose();
        return null;
    }

    /// <summary>Keeps a connection whose last exchange is complete.</summary>
    public void Keep(IPEndPoint address, ProxyPeer server)
    {
        Dispose();
        (_address, _server) = (address, server);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _server?.Dispose();
        _server = null;
    }
}
