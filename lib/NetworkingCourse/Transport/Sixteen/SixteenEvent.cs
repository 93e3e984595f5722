using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>What happened at the server of the sixteen-octet conversation.</summary>
public enum SixteenEventKind
{
    /// <summary>It is bound, listening and ready.</summary>
    Listening,

    /// <summary>A connection was taken from the accept queue.</summary>
    Accepted,

    /// <summary>All sixteen octets have come.</summary>
    Received,

    /// <summary>The farewell has been handed to the system.</summary>
    Answered,

    /// <summary>Both sides have closed.</summary>
    Closed,

    /// <summary>The client closed before its sixteen octets were complete.</summary>
    CutOff,

    /// <summary>The client reset the connection.</summary>
    Reset,

    /// <summary>The client did not send its sixteen octets, or did not close, in time.</summary>
    TimedOut,

    /// <summary>The system would not hand out a connection, or serving one failed for a reason that is not the client's.</summary>
    Failed,

    /// <summary>The server ended the conversation because it is stopping.</summary>
    Ended,

    /// <summary>Everything it had is given back.</summary>
    Stopped,
}

/// <summary>One line of the log of the sixteen-octet server.</summary>
/// <param name="Timestamp">When, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Client">The client's end; null where none is concerned.</param>
/// <param name="Detail">More, for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct SixteenEvent(long Timestamp, SixteenEventKind Kind, IPEndPoint? Client, string Detail) : IShown
{
    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>received · client 127.0.0.1:50312 · "Hi there, server"</c>.</summary>
    public override string ToString() =>
        string.Join(" · ", new[] { InvariantText.Of(Kind), Client is null ? "" : $"client {Client}", Detail }.Where(part => part.Length > 0));
}
