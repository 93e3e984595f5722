using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>The kinds of event at a UDP server, or at a simulated link between UDP peers.</summary>
public enum DatagramEventKind
{
    /// <summary>The server is bound and ready.</summary>
    Listening,

    /// <summary>A datagram has arrived.</summary>
    Received,

    /// <summary>A reply has been handed to the system.</summary>
    Replied,

    /// <summary>A malformed datagram has arrived. It was ignored, or answered with an error.</summary>
    Garbage,

    /// <summary>A duplicate of an earlier request was answered with the same reply, without being executed again.</summary>
    Remembered,

    /// <summary>A link has accepted a datagram and will deliver it.</summary>
    Passed,

    /// <summary>A link has lost a datagram.</summary>
    Lost,

    /// <summary>Nothing listens on the destination port: the remote system answered with ICMP port unreachable.</summary>
    Refused,

    /// <summary>The peer idle for longest was forgotten, because there were too many.</summary>
    Forgotten,

    /// <summary>The system failed to send or receive.</summary>
    Failed,

    /// <summary>The server is about to stop.</summary>
    Stopping,

    /// <summary>All resources have been released.</summary>
    Stopped,
}

/// <summary>One entry in the log of a UDP server or link.</summary>
/// <param name="Timestamp">
/// The time in ticks of <see cref="Stopwatch"/>, comparable with every other timestamp in this process.
/// </param>
/// <param name="Kind">The kind of event.</param>
/// <param name="Peer">The peer; null if none is involved.</param>
/// <param name="Bytes">The length of the datagram.</param>
/// <param name="Detail">Further details in words.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct DatagramEvent(
    long Timestamp, DatagramEventKind Kind, IPEndPoint? Peer, int Bytes, string Detail) : ILogEvent<DatagramEventKind>, IShown
{
    /// <summary>Whether the event is about a datagram.</summary>
    public bool ConcernsADatagram => Kind is >= DatagramEventKind.Received and <= DatagramEventKind.Lost;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>received · 127.0.0.1:50312 · 12 bytes</c>.</summary>
    public override string ToString()
    {
        var bytes = ConcernsADatagram ? Octets.Count(Bytes) : "";
        return string.Join(
            " · ",
            new[] { InvariantText.Of(Kind), Peer?.ToString() ?? "", bytes, Detail ?? "" }.Where(part => part.Length > 0));
    }
}
