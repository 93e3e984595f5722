using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NetworkingCourse.Display;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Retries a request on another origin after one has failed, where that is allowed. YARP does not do this itself, so this is a
/// pipeline step around its choice of an origin and its forwarding.
/// </summary>
internal sealed class Retrying(LoadBalancerOptions options, Rotation rotation, HttpLog log)
{
    // A request can be retried only if its body is buffered.
    private const int MaxBodyKept = 64 * 1024;

    // With a rule of one's own, nothing else forbids another attempt.
    private readonly RetryRule _rule = options.RetriesIf is null ? options.Retries : RetryRule.Always;

    private long _requests;

    /// <summary>The state of a request on its way through the balancer.</summary>
    private sealed record Exchange(long Number, string What)
    {
        /// <summary>
        /// Whether the origin was taken out of the rotation after it was chosen but before the request was sent.
        /// </summary>
        public bool ChoseInVain { get; set; }

        /// <summary>How many attempts have been made to pass the request on to an origin.</summary>
        public int Attempts { get; set; }
    }

    /// <summary>The outer step: tries one origin after another.</summary>
    public async Task TryAsync(HttpContext context, RequestDelegate next)
    {
        var exchange = new Exchange(Interlocked.Increment(ref _requests), $"{context.Request.Method} {context.Request.Path}");
        context.Features.Set(exchange);
        var bodyIsKept = KeepBody(context.Request);
        var proxy = context.GetReverseProxyFeature();
        var left = proxy.AvailableDestinations;
        while (true)
        {
            proxy.AvailableDestinations = left;
            await next(context).ConfigureAwait(false);
            var origin = proxy.ProxiedDestination;
            if (!exchange.ChoseInVain)
            {
                exchange.Attempts++;
                if (context.GetForwarderErrorFeature() is not { } error)
                {
                    log.Write(HttpEventKind.Answered, exchange.Number, exchange.What, origin?.DestinationId ?? "");
                    return;
                }

                left = [.. left.Where(other => other != origin)];
                Failed(exchange, origin, error);
                if ((WhyNotAgain(context, error, left.Count, bodyIsKept) ?? WhyNotByOwnRule(context, error, exchange.Attempts))
                    is { } reason)
                {
                    await GiveUpAsync(context, exchange, origin, reason).ConfigureAwait(false);
                    return;
                }

                log.Write(
                    HttpEventKind.Retried, exchange.Number, exchange.What, origin?.DestinationId ?? "", "sent to another origin");
            }
            else
            {
                left = [.. left.Where(other => rotation.Of(other.DestinationId).IsIn)];
            }

            StartOver(context, exchange, proxy, bodyIsKept);
        }
    }

    /// <summary>
    /// The inner step, after the choice of an origin and before forwarding: counts the request as in flight there.
    /// </summary>
    public async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetReverseProxyFeature().AvailableDestinations is not [{ DestinationId: var origin }, ..])
        {
            await next(context).ConfigureAwait(false); // no origin is available; the next step reports it
            return;
        }

        var exchange = context.Features.GetRequiredFeature<Exchange>();
        if (!rotation.TryEnter(origin))
        {
            exchange.ChoseInVain = true;
            return;
        }

        log.Write(HttpEventKind.Chosen, exchange.Number, exchange.What, origin);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            rotation.Leave(origin);
        }
    }

    /// <summary>Returns why a failed request is not retried; null if it is.</summary>
    private string? WhyNotAgain(
        HttpContext context, IForwarderErrorFeature error, int originsLeft, bool bodyIsKept)
    {
        var method = context.Request.Method;
        // Without a connection, nothing was sent, so sending the request again is not a repetition,
        // whatever its method.
        var wasSent = WasSent(error);
        // When an origin fails in the middle of its answer, YARP resets the client's connection.
        // RequestAborted then says that the client has left, but it has not.
        var failedMidway = context.Response.HasStarted
            && error.Error == ForwarderError.ResponseBodyDestination;
        return failedMidway ? "part of the answer has already been sent"
            : originsLeft == 0 ? "no other origin is available"
            : context.RequestAborted.IsCancellationRequested ? "the client has disconnected"
            : _rule == RetryRule.Never ? "this balancer does not repeat requests"
            : _rule == RetryRule.Idempotent && wasSent && !IsIdempotent(method)
                ? $"{method} is not idempotent, and the origin may have executed it: "
                    + "RFC 9110, section 9.2.2"
            : wasSent && !bodyIsKept ? "its body was too long to be kept"
            : null;
    }

    private string? WhyNotByOwnRule(HttpContext context, IForwarderErrorFeature error, int attempts)
    {
        var failure = WasSent(error) ? RequestFailure.NoAnswer : RequestFailure.NotConnected;
        return options.RetriesIf?.Invoke(context.Request.Method, failure, attempts) == false ? "the rule forbids it" : null;
    }

    private static bool WasSent(IForwarderErrorFeature error) =>
        error.Exception is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };

    /// <summary>
    /// Whether a method is idempotent: executing it twice has the same effect as once (RFC 9110, section 9.2.2).
    /// </summary>
    private static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method);

    private bool KeepBody(HttpRequest request)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return true; // the request has no body
        }

        var keep = request.ContentLength <= MaxBodyKept
            && (_rule == RetryRule.Always || (_rule == RetryRule.Idempotent && IsIdempotent(request.Method)));
        if (keep)
        {
            request.EnableBuffering(MaxBodyKept);
        }

        return keep;
    }

    // Clears what the failed attempt has left behind: the status, the error, and the position in the body.
    private static void StartOver(HttpContext context, Exchange exchange, IReverseProxyFeature proxy, bool bodyIsKept)
    {
        exchange.ChoseInVain = false;
        proxy.ProxiedDestination = null;
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();
        if (bodyIsKept && context.Request.Body.CanSeek)
        {
            context.Request.Body.Position = 0;
        }
    }

    private void Failed(Exchange exchange, DestinationState? origin, IForwarderErrorFeature error)
    {
        if (origin is not null)
        {
            log.Write(HttpEventKind.Failed, exchange.Number, exchange.What, origin.DestinationId, Explain(error));
        }
    }

    private async Task GiveUpAsync(HttpContext context, Exchange exchange, DestinationState? origin, string reason)
    {
        log.Write(
            HttpEventKind.GivenUp, exchange.Number, exchange.What, origin?.DestinationId ?? "",
            InvariantText.Format($"{context.Response.StatusCode}: {reason}"));
        if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(reason).ConfigureAwait(false);
        }
    }

    private static string Explain(IForwarderErrorFeature error)
    {
        for (var cause = error.Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return InvariantText.Of(socket.SocketErrorCode);
            }
        }

        return error.Exception is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request
            ? InvariantText.Of(request.HttpRequestError)
            : InvariantText.Of(error.Error);
    }
}
