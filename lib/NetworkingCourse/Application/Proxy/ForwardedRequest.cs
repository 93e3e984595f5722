using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>A request that the proxy reads and forwards, with its response. The proxy can see all of both.</summary>
/// <param name="proxy">The proxy.</param>
/// <param name="client">The client.</param>
/// <param name="incoming">The reader that has read the head of the request, and will read the rest.</param>
/// <param name="target">The target of the request.</param>
/// <param name="pooled">The connection to a server that is kept from the client's previous request, if there is one.</param>
internal sealed class ForwardedRequest(
    ForwardProxy proxy, ProxyPeer client, HttpMessageReader incoming, ProxyTarget target, PooledConnection pooled)
{
    private const int ShownOfForm = 60; // characters

    private static readonly TimeSpan LateBody = TimeSpan.FromSeconds(1);

    // White space before a colon is refused in requests, and removed from responses (RFC 9112, section 5.1).
    private static readonly HttpRules ResponseRules = HttpRules.Strict with { SpaceBeforeColon = true };

    private readonly HttpMessage _request = incoming.Head!;
    private bool _isAnswering;
    private bool _hasServerSpoken; // even if only a part of a response, or an interim one

    private bool IsOldClient => _request.Version == "HTTP/1.0";

    // These methods are idempotent (RFC 9110, section 9.2.2), and there is no body that could not be sent again.
    private bool CanBeRepeated =>
        _request.Framing == HttpFraming.None && _request.Method is "GET" or "HEAD" or "OPTIONS" or "DELETE";

    /// <summary>Forwards the request, and then the response.</summary>
    /// <returns>Whether this client may send another request.</returns>
    /// <exception cref="ProxyFault">The proxy must answer the request itself; nothing has been sent to the client.</exception>
    public async Task<bool> RunAsync()
    {
        // A server may close a connection just as a request is on its way. It is then unknown whether the server acted on the
        // request. Therefore only requests that can be repeated use a pooled connection; all others get a new one (RFC 9112,
        // section 9.3.1).
        if (CanBeRepeated && pooled.Take(target.Address!) is { } server)
        {
            try
            {
                return await ExchangeAsync(server, isKept: true).ConfigureAwait(false);
            }
            catch (IOException) when (!_hasServerSpoken)
            {
                // The server had closed the pooled connection.
            }
        }

        return await ExchangeAsync(
            await Upstream.ConnectAsync(proxy, target).ConfigureAwait(false), isKept: false).ConfigureAwait(false);
    }

    private async Task<bool> ExchangeAsync(ProxyPeer server, bool isKept)
    {
        using var clock = new IdleClock(proxy.Options.IdleDeadline, proxy.Aborting);
        var sending = Task.CompletedTask;
        var (goesOn, serverGoesOn) = (false, false);
        try
        {
            await server.SendAsync(ForwardedFields.OfRequest(_request, target), clock.Token).ConfigureAwait(false);
            // Send the body while reading the response: a proxy that first waited for the whole request would deadlock with a
            // server that writes its response while it reads.
            sending = SendBodyAsync(server, clock);
            (goesOn, serverGoesOn) = await AnswerAsync(server, clock).ConfigureAwait(false);
            // A client that receives the response before it has sent the whole request may not want to send the rest. Whatever it
            // then sends is not another request.
            await sending.WaitAsync(LateBody).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            goesOn &= sending.IsCompletedSuccessfully;
            return goesOn;
        }
        catch (Exception exception) when (!_isAnswering && !(isKept && !_hasServerSpoken && exception is IOException))
        {
            throw sending.Exception?.InnerException is HttpFormatException format
                ? new ProxyFault(format.Status, format.Message)
                : exception is OperationCanceledException && !proxy.Aborting.IsCancellationRequested
                    ? new ProxyFault(504, $"{target.Authority} did not answer in time.")
                    : new ProxyFault(502, $"{target.Authority} did not answer properly: {Upstream.Explain(exception)}");
        }
        finally
        {
            if (goesOn && serverGoesOn)
            {
                pooled.Keep(target.Address!, server);
            }
            else
            {
                server.Dispose();
            }

            clock.Cancel();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A broken connection is not handled here. If it is the client's, sending the response will fail; if it is the server's, the
    // server does not want the rest of the body and has already begun to respond.
    private async Task SendBodyAsync(ProxyPeer server, IdleClock clock)
    {
        try
        {
            await client.ForwardBodyAsync(incoming, server, clock).ConfigureAwait(false);
        }
        catch (HttpFormatException)
        {
            server.Break(); // so that the origin does not take half a request for a whole one
            throw;
        }
    }

    private async Task<(bool ClientGoesOn, bool ServerGoesOn)> AnswerAsync(ProxyPeer server, IdleClock clock)
    {
        while (true)
        {
            var outgoing = HttpMessageReader.OfResponse(_request.Method, ResponseRules);
            var response = await ReadHeadAsync(server, outgoing, clock).ConfigureAwait(false);
            if (response.Status == 101)
            {
                throw new HttpFormatException(
                    "a switch to a protocol that the client did not ask for", 0, Encoding.Latin1.GetBytes(response.StartLine));
            }

            var isFinal = response.Status >= 200;
            if (!isFinal && IsOldClient)
            {
                continue; // HTTP/1.0 has no interim responses (RFC 9110, section 15.2)
            }

            // Nor does HTTP/1.0 have chunks: send such a client their content.
            var unpack = IsOldClient && response.Framing == HttpFraming.Chunked;
            var goesOn = !isFinal
                || (!IsOldClient
                    && response.Framing != HttpFraming.Close
                    && _request.KeepsConnection
                    && !proxy.Stopping.IsCancellationRequested);
            _isAnswering = isFinal;
            var head = ForwardedFields.OfResponse(response, IsOldClient, closes: !goesOn, DateTimeOffset.UtcNow);
            await client.SendAsync(head, clock.Token).ConfigureAwait(false);
            if (isFinal)
            {
                var whole = await server.ForwardBodyAsync(outgoing, unpack ? null : client, clock).ConfigureAwait(false);
                await client.SendAsync(unpack ? whole.Body : default, clock.Token).ConfigureAwait(false);
                Log(whole);
                return (goesOn, response.KeepsConnection);
            }
        }
    }

    private async Task<HttpMessage> ReadHeadAsync(ProxyPeer server, HttpMessageReader outgoing, IdleClock clock)
    {
        try
        {
            var head = await server.ReadHeadAsync(outgoing, clock.Token).ConfigureAwait(false);
            clock.Restart();
            return head;
        }
        finally
        {
            _hasServerSpoken |= !outgoing.IsEmpty;
        }
    }

    private void Log(HttpMessage response)
    {
        var body = incoming.Message?.Body ?? [];
        // A client that gets an early response need not send the rest of its body.
        var up = incoming.Message is null ? "part of a body" : Octets.Count(body.Length);
        var isForm = _request["Content-Type"]?.StartsWith(
            "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true && body.Length > 0;
        var form = isForm ? $"the form {Octets.Quoted(body, ShownOfForm)}, " : "";
        var cookies = _request["Cookie"] is null ? "" : ", cookies";
        var type = response["Content-Type"] is { } named ? $" of {named.Split(';')[0]}" : "";
        var fields = InvariantText.Count(_request.Fields.Count, "field");
        proxy.Log.Write(
            WebEventKind.Forwarded,
            client.Port,
            _request.Version,
            $"{_request.Method} {_request.Target}",
            InvariantText.Format($"{response.Status}"),
            $"the proxy sees everything: {form}{fields}{cookies}, {up} up, {Octets.Count(response.Body.Length)}{type} down");
    }
}
