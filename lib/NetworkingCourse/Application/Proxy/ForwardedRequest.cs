using System.Globalization;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>One request that the proxy reads and hands on, and the response to it: all of both passes before its eyes.</summary>
internal sealed class ForwardedRequest(ForwardProxy proxy, ProxyPeer client, MessageHead request, ProxyTarget target)
{
    private const int MostHead = 32 * 1024;
    private const int ShownOfForm = 60; // characters

    private static readonly TimeSpan LateBody = TimeSpan.FromSeconds(1);

    private readonly StringBuilder _form = new();
    private bool _isAnswering;
    private long _up;
    private long _down;

    private string Method => request.First;

    private bool IsOldClient => request.Third == "HTTP/1.0";

    /// <summary>Hands on the request and then the response.</summary>
    /// <returns>Whether another request may come from this client.</returns>
    /// <exception cref="ProxyFault">The proxy has to answer itself; nothing has been sent to the client.</exception>
    public async Task<bool> RunAsync()
    {
        var body = BodyFraming.OfRequest(request);
        using var server = await Upstream.ConnectAsync(proxy, target).ConfigureAwait(false);
        using var clock = new IdleClock(proxy.Options.IdleDeadline, proxy.Aborting);
        // The field Host says what the target says, whatever the client's said (RFC 9112, section 3.2.2). The connection is for this request alone.
        await server.SendAsync(Head($"{Method} {target.Path} HTTP/1.1", [("Host", target.Authority), .. Without(request.Fields, "Host")], request.Third), clock.Token).ConfigureAwait(false);
        // At the same time: who waits for the whole request before looking at the response deadlocks with a server that does it the other way round.
        var sending = SendBodyAsync(server, body, clock);
        try
        {
            var goesOn = await AnswerAsync(server, clock).ConfigureAwait(false);
            // Who has been answered before all of the request was there may not want to send the rest; and what comes then is not another request.
            await sending.WaitAsync(LateBody).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return goesOn && sending.IsCompletedSuccessfully;
        }
        catch (Exception exception) when (!_isAnswering && exception is not ProxyFault)
        {
            throw sending.Exception?.InnerException as ProxyFault ?? (exception is OperationCanceledException && !proxy.Aborting.IsCancellationRequested
                ? new ProxyFault(504, $"{target.Authority} did not answer in time.")
                : new ProxyFault(502, $"{target.Authority} did not answer properly: {Upstream.Explain(exception)}."));
        }
        catch (ProxyFault fault)
        {
            // About the response: its origin's mistake, not the client's.
            throw _isAnswering ? new IOException(fault.Message) : new ProxyFault(502, $"{target.Authority} did not answer properly: {fault.Message}");
        }
        finally
        {
            server.Dispose();
            clock.Cancel();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendBodyAsync(ProxyPeer server, BodyFraming body, IdleClock clock)
    {
        try
        {
            var isForm = request.All("Content-Type").Any(type => type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase));
            await MessageRelay.HandOnAsync(client, server, body, unpack: false, bytes =>
            {
                _up += bytes.Length;
                if (isForm && _form.Length < ShownOfForm)
                {
                    _form.Append(Encoding.Latin1.GetString(bytes.Span));
                }
            }, clock).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ProxyFault or EndOfStreamException)
        {
            server.Break(); // the origin must not take half a request for a whole one
            throw;
        }

        // If a connection breaks nothing is done about it here: either it is the client's, which the answer will find out, or the server wants
        // no more and is answering already.
    }

    private async Task<bool> AnswerAsync(ProxyPeer server, IdleClock clock)
    {
        while (true)
        {
            _ = await server.WaitAsync(clock.Token).ConfigureAwait(false);
            var response = await server.ReadHeadAsync(MostHead, clock.Token).ConfigureAwait(false);
            clock.Restart();
            // 101 would change to a protocol that nobody has been asked to change to: the field Upgrade is not handed on.
            if (!response.First.StartsWith("HTTP/1.", StringComparison.Ordinal)
                || !int.TryParse(response.Second, NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status is < 100 or > 999 or 101)
            {
                throw new ProxyFault(502, "this is no status line of HTTP/1.1");
            }

            var body = BodyFraming.OfResponse(response, Method, status);
            var unpack = IsOldClient && body.End == BodyEnd.Chunked;
            var isFinal = status >= 200;
            if (!isFinal && IsOldClient)
            {
                continue; // RFC 9110, section 15.2
            }

            var goesOn = !isFinal || (!IsOldClient && body.End != BodyEnd.Close && !Wants(request.Fields, "close") && !proxy.Stopping.IsCancellationRequested);
            var fields = unpack ? Without(response.Fields, "Transfer-Encoding") : response.Fields;
            _isAnswering = isFinal;
            await client.SendAsync(Head($"HTTP/1.1 {response.Second} {response.Third}", fields, response.First, goesOn ? null : "close"), clock.Token).ConfigureAwait(false);
            if (isFinal)
            {
                await MessageRelay.HandOnAsync(server, client, body, unpack, bytes => _down += bytes.Length, clock).ConfigureAwait(false);
                Log(response, status);
                return goesOn;
            }
        }
    }

    private void Log(MessageHead response, int status)
    {
        var form = _form.Length == 0 ? "" : $"the form {_form.ToString()[..Math.Min(_form.Length, ShownOfForm)]}{(_form.Length > ShownOfForm ? "…" : "")}, and ";
        var cookies = request.All("Cookie").Any() ? ", cookies" : "";
        var type = response.All("Content-Type").FirstOrDefault() is { } named ? $" of {named}" : "";
        proxy.Log.Write(
            WebEventKind.Forwarded, client.Port, request.Third, $"{Method} {request.Second}", Words.Invariant($"{status}"),
            Words.Invariant($"{form}everything: {request.Fields.Count} field{(request.Fields.Count == 1 ? "" : "s")}{cookies}, {_up:N0} bytes up, {_down:N0} bytes{type} down"));
    }

    private static string Head(string startLine, IEnumerable<(string Name, string Value)> fields, string version, string? connection = "close")
    {
        var head = new StringBuilder(startLine).Append("\r\n");
        foreach (var (name, value) in HopByHop.HandOn([.. fields], version["HTTP/".Length..]))
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return head.Append(connection is null ? "" : $"Connection: {connection}\r\n").Append("\r\n").ToString();
    }

    private static IReadOnlyList<(string Name, string Value)> Without(IReadOnlyList<(string Name, string Value)> fields, string name) =>
        [.. fields.Where(field => !string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase))];

    private static bool Wants(IReadOnlyList<(string Name, string Value)> fields, string option) =>
        HopByHop.Tokens(fields, "Connection").Contains(option, StringComparer.OrdinalIgnoreCase);
}
