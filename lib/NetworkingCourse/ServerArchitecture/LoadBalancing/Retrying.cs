using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NetworkingCourse.Display;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Sends a request that one origin has failed to another, where that is allowed. YARP has no such thing: this is a step of its
/// pipeline, around the choice of an origin and the sending.
/// </summary>
internal sealed class Retrying(RetryRule rule, Rotation rotation, HttpLog log)
{
    // A request can be sent again only as long as its body is kept.
    private const int MaxBodyKept = 64 * 1024;

    private long _requests;

    /// <summary>A request on its way through the balancer.</summary>
    private sealed record Exchange(long Number, string What)
    {
        /// <summary>Whether the origin was taken out between being chosen and being sent the request.</summary>
        public bool ChoseInVain { get; set; }
    }

    /// <summary>Around everything: tries one origin after the other.</summary>
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
                if (context.GetForwarderErrorFeature() is not { } error)
                {
                    log.Write(HttpEventKind.Answered, exchange.Number, exchange.What, origin?.DestinationId ?? "");
                    return;
                }

                left = [.. left.Where(other => other != origin)];
                Failed(exchange, origin, error);
                if (WhyNotAgain(context, error, left.Count, bodyIsKept) is { } reason)
                {
                    await GiveUpAsync(context, exchange, origin, reason).ConfigureAwait(false);
                    return;
                }

                log.Write(HttpEventKind.Retried, exchange.Number, exchange.What, origin?.DestinationId ?? "", "sent to another origin");
            }
            else
            {
                left = [.. left.Where(other => rotation.Of(other.DestinationId).IsIn)];
            }

            StartOver(context, exchange, proxy, bodyIsKept);
        }
    }

    /// <summary>Between the choice of an origin and the sending: counts the request as in flight there.</summary>
    public async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetReverseProxyFeature().AvailableDestinations is not [{ DestinationId: var origin }, ..])
        {
            await next(context).ConfigureAwait(false); // nobody is there; the next step says so
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

    /// <summary>Why a request that has failed is not sent to another origin; null if it is.</summary>
    private string? WhyNotAgain(HttpContext context, IForwarderErrorFeature error, int originsLeft, bool bodyIsKept)
    {
        var method = context.Request.Method;
        // Without a connection nothing was sent: then sending it is no repetition, whatever the method.
        var wasSent = error.Exception is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
        return originsLeft == 0 ? "no other origin is available"
            : context.RequestAborted.IsCancellationRequested ? "the client has gone"
            : context.Response.HasStarted ? "the client has a part of the answer already"
            : rule == RetryRule.Never ? "this balancer does not repeat requests"
            : rule == RetryRule.Idempotent && wasSent && !IsIdempotent(method) ? $"{method} is not idempotent, and the origin may have executed it: RFC 9110, section 9.2.2"
            : wasSent && !bodyIsKept ? "its body was too long to be kept"
            : null;
    }

    /// <summary>The methods whose effect is the same if they are executed twice: RFC 9110, section 9.2.2.</summary>
    private static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method);

    private bool KeepBody(HttpRequest request)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return true; // there is none
        }

        var keep = request.ContentLength <= MaxBodyKept && (rule == RetryRule.Always || (rule == RetryRule.Idempotent && IsIdempotent(request.Method)));
        if (keep)
        {
            request.EnableBuffering(MaxBodyKept);
        }

        return keep;
    }

    // What the failed attempt has left behind: its status, its error, and a body that was read.
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
        log.Write(HttpEventKind.GivenUp, exchange.Number, exchange.What, origin?.DestinationId ?? "", InvariantText.Format($"{context.Response.StatusCode}: {reason}"));
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

        return error.Exception is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request ? InvariantText.Of(request.HttpRequestError) : InvariantText.Of(error.Error);
    }
}
