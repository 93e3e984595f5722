using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// A server of HTTP/1.1 on loopback whose answers are written by the class that derives from it. It reads one request after the
/// other from a connection, and sends each answer as it is given.
/// </summary>
public abstract class MessageServer : WebServer
{
    private const int Backlog = 512;
    private const int ConnectionLimit = 1000;

    private static readonly TimeSpan IdleDeadline = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _free = new(ConnectionLimit);

    private protected MessageServer(string name, int port)
        : base(port, Backlog) => Name = name;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {(IsStopping ? "stopped" : "listening on")} {EndPoint}";

    /// <summary>Answers a request.</summary>
    /// <param name="request">The whole request.</param>
    /// <param name="cancellation">Cancelled when the server may wait no longer.</param>
    /// <returns>The answer as it is to be sent. If it is not a whole response, the connection is closed after it.</returns>
    private protected abstract Task<byte[]> AnswerAsync(HttpMessage request, CancellationToken cancellation);

    private protected override async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(Stopping).ConfigureAwait(false);
                if (await AcceptAsync(Listener).ConfigureAwait(false) is not { } socket)
                {
                    return;
                }

                Converse(socket);
            }
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    private protected override async Task ConverseAsync(ProxyPeer client, int others)
    {
        try
        {
            while (await NextRequestComesAsync(client).ConfigureAwait(false)
                && await AnswerNextAsync(client).ConfigureAwait(false))
            {
            }
        }
        catch (Exception exception)
        {
            client.Break(); // so that the client does not take what it has for the whole answer
            Log.Write(WebEventKind.Failed, client.Port, detail: Upstream.Explain(exception));
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<bool> NextRequestComesAsync(ProxyPeer client)
    {
        using var clock = new IdleClock(IdleDeadline, Stopping);
        try
        {
            return await client.WaitAsync(clock.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return false; // either side may close the connection between two requests
        }
    }

    // Returns true if another request may follow on this connection.
    private async Task<bool> AnswerNextAsync(ProxyPeer client)
    {
        using var clock = new IdleClock(IdleDeadline, Aborting);
        HttpMessage request;
        try
        {
            request = await client.ReadMessageAsync(HttpMessageReader.OfRequest(), clock.Token).ConfigureAwait(false);
        }
        catch (HttpFormatException exception)
        {
            await client.SendAsync(Refusal(exception.Status), clock.Token).ConfigureAwait(false);
            Log.Write(WebEventKind.Refused, client.Port, detail: exception.Message);
            await client.LingerAsync(Stopping).ConfigureAwait(false);
            return false;
        }

        var answer = await AnswerAsync(request, clock.Token).ConfigureAwait(false);
        var response = HttpMessageReader.OfResponse(request.Method);
        var isWhole = response.Read(answer) == answer.Length && response.Message is { KeepsConnection: true };
        Log.Write(
            WebEventKind.Answered,
            client.Port,
            request.Version,
            $"{request.Method} {request.Target}",
            InvariantText.Format($"{response.Head?.Status}"),
            response.Head?["Cache-Status"] ?? "");
        await client.SendAsync(answer, clock.Token).ConfigureAwait(false);
        return isWhole && request.KeepsConnection && !Stopping.IsCancellationRequested;
    }

    private static byte[] Refusal(int status) => HttpWriter.Response(status, "Refused", [("Connection", "close")]);
}
