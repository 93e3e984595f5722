using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>What happened at a name server.</summary>
public enum DnsEventKind
{
    /// <summary>It is bound, over UDP and TCP, and ready.</summary>
    Listening,

    /// <summary>A query has arrived.</summary>
    Asked,

    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>It was answered in part, because there was no room for more: the client has to ask again over TCP.</summary>
    Truncated,

    /// <summary>What arrived is no query. Where it could be told whom to tell, that was told.</summary>
    Garbage,

    /// <summary>There was too much to do, and a query was dropped.</summary>
    Dropped,

    /// <summary>A connection was accepted.</summary>
    Connected,

    /// <summary>A client closed its connection between two messages.</summary>
    Closed,

    /// <summary>A client closed its connection inside a message.</summary>
    CutOff,

    /// <summary>A client reset its connection.</summary>
    Reset,

    /// <summary>A client kept its connection and sent nothing, or nothing whole, for too long.</summary>
    TimedOut,

    /// <summary>Something failed that is not the client's fault.</summary>
    Failed,

    /// <summary>It is about to stop.</summary>
    Stopping,

    /// <summary>Everything it had is given back.</summary>
    Stopped,
}

/// <summary>One line of a name server's log.</summary>
/// <param name="Timestamp">When, in ticks of <see cref="Stopwatch"/>: comparable with every other timestamp of this process.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Peer">The other end; null where none is concerned.</param>
/// <param name="OverTcp">Whether it was over TCP.</param>
/// <param name="Bytes">How long the message was.</param>
/// <param name="Detail">More, for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct DnsEvent(long Timestamp, DnsEventKind Kind, IPEndPoint? Peer, bool OverTcp, int Bytes, string Detail) : IShown
{
    /// <summary>Whether the event is about a message.</summary>
    public bool ConcernsAMessage => Kind is >= DnsEventKind.Asked and <= DnsEventKind.Dropped;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>asked · UDP 127.0.0.1:50312 · 34 bytes · www.example.test. A</c>.</summary>
    public override string ToString()
    {
        var peer = Peer is null ? "" : $"{(OverTcp ? "TCP" : "UDP")} {Peer}";
        return string.Join(" · ", new[] { InvariantText.Of(Kind), peer, ConcernsAMessage ? Octets.Count(Bytes) : "", Detail ?? "" }.Where(part => part.Length > 0));
    }
}
