using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The proxy's conversation with one client: a series of requests, until one side closes the connection or a tunnel begins.
/// </summary>
internal sealed class ProxyConversation(ForwardProxy proxy, ProxyPeer client)
{
    private const int TlsHandshake = 0x16; // the first byte of a TLS client (RFC 8446, section 5.1)

    private HttpMessage? _request; // the head of the request that is being handled

    /// <summary>Serves the client until its connection ends; the caller closes it.</summary>
    /// <param name="hasRoom">Whether the proxy can serve another client. If not, it answers the first request with 503.</param>
    public async Task RunAsync(bool hasRoom)
    {
        using var pooled = new PooledConnection();
        try
        {
            while (await HandleRequestAsync(hasRoom, pooled).ConfigureAwait(false))
            {
            }
        }
        catch (Exception exception)
        {
            // Reset the connection, so that the client does not take this for the end of a response.
            client.Break();
            proxy.Log.Write(WebEventKind.Failed, client.Port, Protocol, What, detail: Upstream.Explain(exception));
        }
    }

    private string Protocol => _request?.Version ?? "";

    private string What => _request is { } request ? $"{request.Method} {request.Target}" : "";

    // Returns true if another request may follow on this connection.
    private async Task<bool> HandleRequestAsync(bool hasRoom, PooledConnection pooled)
    {
        _request = null;
        if (!await NextRequestComesAsync().ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            var reader = HttpMessageReader.OfRequest();
            var request = _request = await ReadHeadAsync(reader).ConfigureAwait(false);
            Check(request, hasRoom);
            if (MaxForwards.Of(request) == 0 || request.Target == "*")
            {
                return await AnswerOptionsAsync(request).ConfigureAwait(false);
            }

            var target = ProxyTarget.Of(request.Method, request.Target, proxy.Names);
            return target.Address is null ? throw new ProxyFault(target.Status, target.Reason)
                : target.Path is null
                    ? await new RequestedTunnel(proxy, client, request, target).RunAsync().ConfigureAwait(false)
                    : await new ForwardedRequest(proxy, client, reader, target, pooled).RunAsync().ConfigureAwait(false);
        }
        catch (ProxyFault fault)
        {
            return await AnswerAsync(fault).ConfigureAwait(false);
        }
    }

    private async Task<bool> NextRequestComesAsync()
    {
        using var clock = new IdleClock(proxy.Options.IdleDeadline, proxy.Stopping);
        try
        {
            return await client.WaitAsync(clock.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false; // either side may close the connection between two requests
        }
        catch (IOException exception)
        {
            proxy.Log.Write(
                WebEventKind.Failed, client.Port, detail: $"{Upstream.Explain(exception)}, with no request in progress");
            return false;
        }
    }

    private async Task<HttpMessage> ReadHeadAsync(HttpMessageReader reader)
    {
        using var deadline = new IdleClock(proxy.Options.HeadDeadline, proxy.Aborting);
        if (client.Next == TlsHandshake)
        {
            throw new ProxyFault(
                400,
                "These are the first bytes of TLS. Clients talk to the proxy itself in the clear: "
                + "its address begins with http://, even for destinations with https://.");
        }

        try
        {
            return await client.ReadHeadAsync(reader, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!proxy.Aborting.IsCancellationRequested)
        {
            throw new ProxyFault(
                408, $"The head of the request was not complete after {InvariantText.Of(proxy.Options.HeadDeadline)}.");
        }
        catch (HttpFormatException exception)
        {
            throw new ProxyFault(exception.Status, exception.Message);
        }
    }

    private void Check(HttpMessage request, bool hasRoom)
    {
        if (!hasRoom)
        {
            throw new ProxyFault(503, InvariantText.Format($"The proxy already serves {proxy.Options.ConnectionLimit} clients."));
        }

        if (proxy.Options.Credentials is { } wanted && !(request["Proxy-Authorization"] is { } given && wanted.Match(given)))
        {
            throw new ProxyFault(407, "The proxy wants to know who you are.")
            {
                Field = $"Proxy-Authenticate: {ProxyCredentials.Challenge}",
            };
        }

        if (request.Method == "TRACE")
        {
            throw new ProxyFault(405, "TRACE would reveal the credentials to anyone who can make a client send it.")
            {
                Field = ProxyAnswer.Allow,
            };
        }
    }

    private async Task<bool> AnswerAsync(ProxyFault fault)
    {
        var goesOn = fault.Status is 403 or 407 && CanGoOn;
        var kind = fault.Status switch
        {
            407 => WebEventKind.Challenged,
            502 or 503 or 504 => WebEventKind.Failed,
            _ => WebEventKind.Refused,
        };
        var answer = ProxyAnswer.Of(fault, goesOn, _request?.Method ?? "");
        return await SendAsync(answer, goesOn, kind, fault.Status, fault.Message).ConfigureAwait(false);
    }

    // The proxy is the final recipient: of a request that may not be forwarded any further, or of one about the proxy itself.
    private Task<bool> AnswerOptionsAsync(HttpMessage request)
    {
        var why = request.Target == "*" ? "about the proxy itself" : "not to be forwarded any further";
        var goesOn = CanGoOn;
        return SendAsync(ProxyAnswer.Options(goesOn), goesOn, WebEventKind.Answered, 200, why);
    }

    // The body has not been read. So no other request can follow one that has a body, or whose end is unknown. Nor can one follow
    // a request from an HTTP/1.0 client (RFC 9112, section 9.3).
    private bool CanGoOn =>
        _request is { Version: not "HTTP/1.0", KeepsConnection: true, Framing: HttpFraming.None }
        && !proxy.Stopping.IsCancellationRequested;

    private async Task<bool> SendAsync(byte[] answer, bool goesOn, WebEventKind kind, int status, string detail)
    {
        using var deadline = new IdleClock(proxy.Options.HeadDeadline, proxy.Aborting);
        await client.SendAsync(answer, deadline.Token).ConfigureAwait(false);
        proxy.Log.Write(kind, client.Port, Protocol, What, InvariantText.Format($"{status}"), detail);
        if (!goesOn)
        {
            await client.LingerAsync(proxy.Stopping).ConfigureAwait(false);
        }

        return goesOn;
    }
}
