using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>One request that the proxy reads and hands on, and the response to it: all of both passes before its eyes.</summary>
/// <param name="proxy">The proxy.</param>
/// <param name="client">Who asks.</param>
/// <param name="incoming">What has read the head of the request, and is to read the rest.</param>
/// <param name="target">Where the request is to go.</param>
/// <param name="pooled">The connection to a server that is left over from the client's last request, if one is.</param>
internal sealed class ForwardedRequest(ForwardProxy proxy, ProxyPeer client, HttpMessageReader incoming, ProxyTarget target, PooledConnection pooled)
{
    private const int ShownOfForm = 60; // characters

    private static readonly TimeSpan LateBody = TimeSpan.FromSeconds(1);

    // White space before a colon is refused in requests, and removed from responses (RFC 9112, section 5.1).
    private static readonly HttpRules ResponseRules = HttpRules.Strict with { SpaceBeforeColon = true };

    private readonly HttpMessage _request = incoming.Head!;
    private bool _isAnswering;
    private bool _hasServerSpoken; // if only in part, or by an interim response

    private bool IsOldClient => _request.Version == "HTTP/1.0";

    // Done twice they do no more than done once (RFC 9110, section 9.2.2), and there is no body that would be gone.
    private bool CanBeRepeated => _request.Framing == HttpFraming.None && _request.Method is "GET" or "HEAD" or "OPTIONS" or "DELETE";

    /// <summary>Hands on the request and then the response.</summary>
    /// <returns>Whether another request may come from this client.</returns>
    /// <exception cref="ProxyFault">The proxy has to answer itself; nothing has been sent to the client.</exception>
    public async Task<bool> RunAsync()
    {
        // A server may close a connection just when a request is on its way, and nobody knows then whether it was acted on. So a pooled connection
        // is for requests that may be sent again, and the others have one of their own (RFC 9112, section 9.3.1).
        if (CanBeRepeated && pooled.Take(target.Address!) is { } server)
        {
            try
            {
                return await ExchangeAsync(server, isKept: true).ConfigureAwait(false);
            }
            catch (IOException) when (!_hasServerSpoken)
            {
                // It had closed.
            }
        }

        return await ExchangeAsync(await Upstream.ConnectAsync(proxy, target).ConfigureAwait(false), isKept: false).ConfigureAwait(false);
    }

    private async Task<bool> ExchangeAsync(ProxyPeer server, bool isKept)
    {
        using var clock = new IdleClock(proxy.Options.IdleDeadline, proxy.Aborting);
        var sending = Task.CompletedTask;
        var (goesOn, serverGoesOn) = (false, false);
        try
        {
            await server.SendAsync(ForwardedFields.OfRequest(_request, target), clock.Token).ConfigureAwait(false);
            // At the same time: who waits for the whole request before looking at the response deadlocks with a server that does it the other way round.
            sending = SendBodyAsync(server, clock);
            (goesOn, serverGoesOn) = await AnswerAsync(server, clock).ConfigureAwait(false);
            // Who has been answered before all of the request was there may not want to send the rest; and what comes then is not another request.
            await sending.WaitAsync(LateBody).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            goesOn &= sending.IsCompletedSuccessfully;
            return goesOn;
        }
        catch (Exception exception) when (!_isAnswering && !(isKept && !_hasServerSpoken && exception is IOException))
        {
            throw sending.Exception?.InnerException is HttpFormatException format ? new ProxyFault(format.Status, format.Message)
                : exception is OperationCanceledException && !proxy.Aborting.IsCancellationRequested ? new ProxyFault(504, $"{target.Authority} did not answer in time.")
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

    // If a connection breaks nothing is done about it here: either it is the client's, which the answer will find out, or the server wants no
    // more and is answering already.
    private async Task SendBodyAsync(ProxyPeer server, IdleClock clock)
    {
        try
        {
            await client.HandOnBodyAsync(incoming, server, clock).ConfigureAwait(false);
        }
        catch (HttpFormatException)
        {
            server.Break(); // the origin must not take half a request for a whole one
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
                throw new HttpFormatException("a change to a protocol that nobody has asked for", 0, Encoding.Latin1.GetBytes(response.StartLine));
            }

            var isFinal = response.Status >= 200;
            if (!isFinal && IsOldClient)
            {
                continue; // a client of HTTP/1.0 knows no such thing (RFC 9110, section 15.2)
            }

            // Nor does it know chunks: it is given what is in them.
            var unpack = IsOldClient && response.Framing == HttpFraming.Chunked;
            var goesOn = !isFinal || (!IsOldClient && response.Framing != HttpFraming.Close && _request.KeepsConnection && !proxy.Stopping.IsCancellationRequested);
            _isAnswering = isFinal;
            var head = ForwardedFields.OfResponse(response, IsOldClient, closes: !goesOn, DateTimeOffset.UtcNow);
            await client.SendAsync(head, clock.Token).ConfigureAwait(false);
            if (isFinal)
            {
                var whole = await server.HandOnBodyAsync(outgoing, unpack ? null : client, clock).ConfigureAwait(false);
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
        var up = incoming.Message is null ? "a part of a body" : Octets.Count(body.Length); // who is answered early need not send the rest
        var isForm = _request["Content-Type"]?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true && body.Length > 0;
        var form = isForm ? $"the form {Octets.Quoted(body, ShownOfForm)}, and " : "";
        var cookies = _request["Cookie"] is null ? "" : ", cookies";
        var type = response["Content-Type"] is { } named ? $" of {named.Split(';')[0]}" : "";
        proxy.Log.Write(
            WebEventKind.Forwarded, client.Port, _request.Version, $"{_request.Method} {_request.Target}", InvariantText.Format($"{response.Status}"),
            InvariantText.Format($"{form}everything: {_request.Fields.Count} field{(_request.Fields.Count == 1 ? "" : "s")}{cookies}, {up} up, {Octets.Count(response.Body.Length)}{type} down"));
    }
}
