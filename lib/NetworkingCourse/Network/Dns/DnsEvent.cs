using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>The kinds of events that a name server logs.</summary>
public enum DnsEventKind
{
    /// <summary>The server is bound over UDP and TCP, and ready.</summary>
    Listening,

    /// <summary>A query has arrived.</summary>
    Asked,

    /// <summary>A query was answered.</summary>
    Answered,

    /// <summary>The answer did not fit and was truncated: the client has to retry over TCP.</summary>
    Truncated,

    /// <summary>The message was not a valid query. An error response was sent if the header could be read as a query's.</summary>
    Garbage,

    /// <summary>The server was overloaded and dropped a query.</summary>
    Dropped,

    /// <summary>A connection was accepted.</summary>
    Connected,

    /// <summary>A client closed its connection between two messages.</summary>
    Closed,

    /// <summary>A client closed its connection in the middle of a message.</summary>
    CutOff,

    /// <summary>A client reset its connection.</summary>
    Reset,

    /// <summary>A client kept its connection open for too long without sending a complete message.</summary>
    TimedOut,

    /// <summary>Something failed on the server's side.</summary>
    Failed,

    /// <summary>The server is about to stop.</summary>
    Stopping,

    /// <summary>The server has stopped and released its resources.</summary>
    Stopped,
}

/// <summary>One entry of a name server's log.</summary>
/// <param name="Timestamp">
/// The time of the event, in ticks of <see cref="Stopwatch"/>: comparable with every other timestamp of this process.
/// </param>
/// <param name="Kind">The kind of event.</param>
/// <param name="Peer">The remote endpoint; null if the event concerns none.</param>
/// <param name="OverTcp">True for TCP, false for UDP.</param>
/// <param name="Bytes">The length of the message, in bytes.</param>
/// <param name="Detail">A human-readable description.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct DnsEvent(
    long Timestamp, DnsEventKind Kind, IPEndPoint? Peer, bool OverTcp, int Bytes, string Detail) : ILogEvent<DnsEventKind>, IShown
{
    /// <summary>Whether the event concerns a message.</summary>
    public bool ConcernsAMessage => Kind is >= DnsEventKind.Asked and <= DnsEventKind.Dropped;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>
    /// The event as one line, without its time: <c>asked · UDP 127.0.0.1:50312 · 34 bytes · www.example.test. A</c>.
    /// </summary>
    public override string ToString()
    {
        var peer = Peer is null ? "" : $"{(OverTcp ? "TCP" : "UDP")} {Peer}";
        return string.Join(
            " · ",
            new[] { InvariantText.Of(Kind), peer, ConcernsAMessage ? Octets.Count(Bytes) : "", Detail ?? "" }
                .Where(part => part.Length > 0));
    }
}
