using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>The kind of an event in the log of an origin or a load balancer.</summary>
public enum HttpEventKind
{
    /// <summary>The origin or balancer is bound, listening and ready.</summary>
    Listening,

    /// <summary>A request has arrived at an origin.</summary>
    Arrived,

    /// <summary>The balancer has chosen an origin for a request.</summary>
    Chosen,

    /// <summary>The response has been forwarded or sent.</summary>
    Answered,

    /// <summary>The chosen origin did not answer: the connection was refused or lost, or the request timed out.</summary>
    Failed,

    /// <summary>The balancer sends a failed request to another origin.</summary>
    Retried,

    /// <summary>The balancer does not retry a failed request and reports the failure to the client.</summary>
    GivenUp,

    /// <summary>An origin was taken out of the rotation and gets no requests until it is put back.</summary>
    TakenOut,

    /// <summary>An origin was put back into the rotation.</summary>
    PutBack,

    /// <summary>An origin is draining: it should get no new requests, but those in flight are completed.</summary>
    Draining,

    /// <summary>A draining origin has no requests in flight and will get no new ones.</summary>
    Drained,

    /// <summary>An origin was killed: its connections were reset and its answers lost.</summary>
    Killed,

    /// <summary>The origin or balancer accepts no more connections.</summary>
    Stopping,

    /// <summary>The origin or balancer has released all its resources.</summary>
    Stopped,
}

/// <summary>An event in the log of an origin or a load balancer.</summary>
/// <param name="Timestamp">
/// The time of the event, in ticks of <see cref="Stopwatch"/>; comparable with every other timestamp of this process.
/// </param>
/// <param name="Kind">The kind of event.</param>
/// <param name="Request">
/// The request's number, counted from 1 in each origin and each balancer; 0 if the event does not concern a request.
/// </param>
/// <param name="What">The request's method and path; empty if the event does not concern a request.</param>
/// <param name="Origin">The origin involved; empty if there is none.</param>
/// <param name="Detail">Further details, as text for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct HttpEvent(
    long Timestamp, HttpEventKind Kind, long Request, string What, string Origin, string Detail)
    : ILogEvent<HttpEventKind>, IShown
{
    /// <summary>Whether this is one of the events that every successful request causes.</summary>
    public bool IsOrdinary => Kind is HttpEventKind.Arrived or HttpEventKind.Chosen or HttpEventKind.Answered;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>
    /// The event as a single line, without its time: <c>failed · request 17 · GET / · B · connection refused</c>.
    /// </summary>
    public override string ToString()
    {
        var request = Request == 0 ? "" : InvariantText.Format($"request {Request}");
        return string.Join(
            " · ", new[] { InvariantText.Of(Kind), request, What, Origin, Detail }.Where(part => !string.IsNullOrEmpty(part)));
    }
}
