using System.Collections.Concurrent;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>Asks an origin on behalf of a proxy, on connections that are kept for further requests.</summary>
/// <param name="origin">The origin.</param>
/// <param name="deadline">How long the origin may take for a whole answer.</param>
internal sealed class OriginClient(IPEndPoint origin, TimeSpan deadline) : IDisposable
{
    private readonly ConcurrentBag<ProxyPeer> _idle = [];

    /// <summary>Sends a request, and reads the whole response.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="request">The request's bytes.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="HttpFormatException">The response is not valid, or was cut off.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">No server listens there.</exception>
    /// <exception cref="TimeoutException">The whole answer did not come within the deadline.</exception>
    public async Task<HttpMessage> AskAsync(string method, byte[] request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        try
        {
            return await TryConnectionsAsync(method, request, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException(InvariantText.Format($"no whole answer within {InvariantText.Of(deadline)}"));
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var peer))
        {
            peer.Dispose();
        }
    }

    private async Task<HttpMessage> TryConnectionsAsync(string method, byte[] request, CancellationToken limit)
    {
        // A kept connection may be closed just as the request is on its way: then it is unknown whether the origin acted on it.
        while (method == "GET" && _idle.TryTake(out var kept))
        {
            try
            {
                return await ExchangeAsync(kept, method, request, limit).ConfigureAwait(false);
            }
            catch (IOException)
            {
            }
        }

        var peer = new ProxyPeer(await CourseNames.ConnectAsync(origin, limit).ConfigureAwait(false));
        return await ExchangeAsync(peer, method, request, limit).ConfigureAwait(false);
    }

    private async Task<HttpMessage> ExchangeAsync(ProxyPeer peer, string method, byte[] request, CancellationToken limit)
    {
        try
        {
            await peer.SendAsync(request, limit).ConfigureAwait(false);
            HttpMessage response;
            do
            {
                var reader = HttpMessageReader.OfResponse(method);
                response = await peer.ReadMessageAsync(reader, limit).ConfigureAwait(false);
            }
            while (response.Status < 200); // interim responses (RFC 9110, section 15.2)

            if (response.KeepsConnection && peer.IsQuiet)
            {
                _idle.Add(peer);
                return response;
            }

            peer.Dispose();
            return response;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }
}
