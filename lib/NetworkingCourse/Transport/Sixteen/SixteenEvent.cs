using System.Diagnostics;
using System.Net;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>The kinds of event at the server of the sixteen-octet conversation.</summary>
public enum SixteenEventKind
{
    /// <summary>The server is bound, listening and ready.</summary>
    Listening,

    /// <summary>A connection was accepted from the accept queue.</summary>
    Accepted,

    /// <summary>All sixteen octets have arrived.</summary>
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

    /// <summary>The system failed to accept a connection, or serving one failed for a reason that is not the client's.</summary>
    Failed,

    /// <summary>The server ended the conversation because it is stopping.</summary>
    Ended,

    /// <summary>All resources have been released.</summary>
    Stopped,
}

/// <summary>One entry in the log of the sixteen-octet server.</summary>
/// <param name="Timestamp">The time in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Kind">The kind of event.</param>
/// <param name="Client">The client's end; null if none is involved.</param>
/// <param name="Detail">Further details in words.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct SixteenEvent(long Timestamp, SixteenEventKind Kind, IPEndPoint? Client, string Detail)
    : ILogEvent<SixteenEventKind>, IShown
{
    /// <inheritdoc/>
    public string ToHtml() => $"<p>{WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>received · client 127.0.0.1:50312 · "Hi there, server"</c>.</summary>
    public override string ToString() => string.Join(
        " · ",
        new[] { InvariantText.Of(Kind), Client is null ? "" : $"client {Client}", Detail }.Where(part => part.Length > 0));
}
