using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>What happened at a server that speaks UDP, or at a link between two that do.</summary>
public enum DatagramEventKind
{
    /// <summary>It is bound and ready.</summary>
    Listening,

    /// <summary>A datagram has arrived.</summary>
    Received,

    /// <summary>An answer has been handed to the system.</summary>
    Replied,

    /// <summary>A datagram that makes no sense has arrived; it was given no answer, or was told so.</summary>
    Garbage,

    /// <summary>A request that had been answered before was given the same answer, without being carried out again.</summary>
    Remembered,

    /// <summary>A link has taken a datagram and will deliver it.</summary>
    Passed,

    /// <summary>A link has lost a datagram.</summary>
    Lost,

    /// <summary>Nobody listens where a datagram was sent: the system there answered with ICMP, port unreachable.</summary>
    Refused,

    /// <summary>A peer that had been silent longest was forgotten, because there were too many.</summary>
    Forgotten,

    /// <summary>The system would not send or receive.</summary>
    Failed,

    /// <summary>It is about to stop.</summary>
    Stopping,

    /// <summary>Everything it had is given back.</summary>
    Stopped,
}

/// <summary>One line of the log of what speaks UDP.</summary>
/// <param name="Timestamp">When, in ticks of <see cref="Stopwatch"/>: comparable with every other timestamp of this process.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Peer">The other end; null where none is concerned.</param>
/// <param name="Bytes">How long the datagram was.</param>
/// <param name="Detail">More, for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct DatagramEvent(long Timestamp, DatagramEventKind Kind, IPEndPoint? Peer, int Bytes, string Detail) : IShown
{
    /// <summary>Whether the event is about a datagram.</summary>
    public bool ConcernsADatagram => Kind is >= DatagramEventKind.Received and <= DatagramEventKind.Lost;

    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>received · 127.0.0.1:50312 · 12 bytes</c>.</summary>
    public override string ToString()
    {
        var bytes = ConcernsADatagram ? InvariantText.Format($"{Bytes:N0} byte{(Bytes == 1 ? "" : "s")}") : "";
        return string.Join(" · ", new[] { InvariantText.Of(Kind), Peer?.ToString() ?? "", bytes, Detail ?? "" }.Where(part => part.Length > 0));
    }
}
