using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>What happened at an origin or at a load balancer.</summary>
public enum HttpEventKind
{
    /// <summary>It is bound, listening and ready.</summary>
    Listening,

    /// <summary>A request has arrived at an origin.</summary>
    Arrived,

    /// <summary>The balancer has chosen an origin for a request.</summary>
    Chosen,

    /// <summary>The response has been handed on.</summary>
    Answered,

    /// <summary>The chosen origin did not answer: the connection was refused, broke, or nothing came in time.</summary>
    Failed,

    /// <summary>The balancer sends a request that failed to another origin.</summary>
    Retried,

    /// <summary>The balancer does not send it again, and says to the client that it failed.</summary>
    GivenUp,

    /// <summary>An origin gets no more requests, until it is put back.</summary>
    TakenOut,

    /// <summary>An origin gets requests again.</summary>
    PutBack,

    /// <summary>An origin is to get no new requests; those in flight are finished.</summary>
    Draining,

    /// <summary>A draining origin has no request in flight, and will get none.</summary>
    Drained,

    /// <summary>An origin was killed: its connections are reset, its answers lost.</summary>
    Killed,

    /// <summary>It accepts no more connections.</summary>
    Stopping,

    /// <summary>Everything it had is given back.</summary>
    Stopped,
}

/// <summary>One line of the log of an origin or a load balancer.</summary>
/// <param name="Timestamp">When, in ticks of <see cref="Stopwatch"/>: comparable with every other timestamp of this process.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Request">The request's number, counted from 1 at each origin and at each balancer; 0 where none is concerned.</param>
/// <param name="What">The request's method and path; empty where none is concerned.</param>
/// <param name="Origin">The origin concerned; empty if none.</param>
/// <param name="Detail">More, for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct HttpEvent(long Timestamp, HttpEventKind Kind, long Request, string What, string Origin, string Detail) : IShown
{
    /// <summary>Whether it is one of the events that every request brings, if all goes well.</summary>
    public bool IsOrdinary => Kind is HttpEventKind.Arrived or HttpEventKind.Chosen or HttpEventKind.Answered;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>failed · request 17 · GET / · B · connection refused</c>.</summary>
    public override string ToString()
    {
        var request = Request == 0 ? "" : InvariantText.Format($"request {Request}");
        return string.Join(" · ", new[] { InvariantText.Of(Kind), request, What, Origin, Detail }.Where(part => !string.IsNullOrEmpty(part)));
    }
}
