using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The handler that reaches the real internet, for <see cref="Course.Live"/>. Without a network it does what a browser does: it
/// returns a page of its own that says so, in one line and within seconds, so that the remaining cells of a lesson still run.
/// Responses of servers that were reached, and certificates that were not trusted, are reported as usual. Requests for names of
/// the little internet still go there.
/// </summary>
internal sealed class LiveHandler : DelegatingHandler
{
    /// <summary>The default limit on the time to connect, and on the time until the head of the response arrives.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _inside;
    private readonly CourseNames _names;
    private readonly TimeSpan _deadline;

    /// <param name="outside">Connects to the real internet, with the proxy and the trusted authorities of the system.</param>
    /// <param name="inside">Connects to the little internet.</param>
    /// <param name="names">The names of the little internet.</param>
    /// <param name="deadline">
    /// How long the head of a response from outside may take; <see cref="DefaultDeadline"/> by default.
    /// </param>
    public LiveHandler(SocketsHttpHandler outside, HttpMessageHandler inside, CourseNames names, TimeSpan? deadline = null)
        : base(outside)
    {
        (_inside, _names) = (new HttpMessageInvoker(inside), names);
        _deadline = outside.ConnectTimeout = deadline ?? DefaultDeadline;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_names.Hosts.Contains(request.RequestUri!.Host, StringComparer.OrdinalIgnoreCase))
        {
            return await _inside.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_deadline);
        try
        {
            return await base.SendAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is HttpRequestException or OperationCanceledException
            && !IsAboutCertificates(exception))
        {
            return Instead(request, FailureReason(request.RequestUri, exception));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inside.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Explains in one line why the real internet was not reached, and what to do.</summary>
    internal static string FailureReason(Uri address, Exception exception) =>
        $"Course.Live is on, but {address.Host} cannot be reached: {Reason(exception)}. "
        + "Without a network, set Course.Live = false and run the notebook again.";

    private static string Reason(Exception exception)
    {
        for (var cause = exception; cause is not (null or OperationCanceledException); cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return InvariantText.Of(socket.SocketErrorCode);
            }
        }

        return exception switch
        {
            OperationCanceledException => "no response in time",
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request =>
                InvariantText.Of(request.HttpRequestError),
            _ => exception.Message.ReplaceLineEndings(" ").TrimEnd('.'),
        };
    }

    private static bool IsAboutCertificates(Exception exception) => exception.InnerException is AuthenticationException;

    private static HttpResponseMessage Instead(HttpRequestMessage request, string why) => new(HttpStatusCode.ServiceUnavailable)
    {
        ReasonPhrase = "No network",
        RequestMessage = request,
        Content = new StringContent(
            WebPage.Of(why, "<p>This page comes from the course, not from a server.</p>"), Encoding.UTF8, "text/html"),
    };
}
