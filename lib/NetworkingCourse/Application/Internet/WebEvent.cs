using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The kind of an event at the origin or at the proxy.</summary>
public enum WebEventKind
{
    /// <summary>It is bound, listening and ready.</summary>
    Listening,

    /// <summary>The origin has answered a request, or the proxy has answered a request itself.</summary>
    Answered,

    /// <summary>The proxy has forwarded a request and its response, both of which it could read.</summary>
    Forwarded,

    /// <summary>The proxy has connected a client to a server, and from now on relays bytes that it does not interpret.</summary>
    TunnelOpened,

    /// <summary>A tunnel has closed.</summary>
    TunnelClosed,

    /// <summary>The proxy has asked a client to authenticate: 407.</summary>
    Challenged,

    /// <summary>The proxy has refused to connect to the requested destination, or could not parse the request.</summary>
    Refused,

    /// <summary>Something failed: a connection broke, a deadline passed, or a client did not trust a certificate.</summary>
    Failed,

    /// <summary>It no longer accepts connections.</summary>
    Stopping,

    /// <summary>It has stopped, and released everything it held.</summary>
    Stopped,
}

/// <summary>An entry in the log of the origin or the proxy. It holds what that server could see, and nothing else.</summary>
/// <param name="Timestamp">
/// The time, in ticks of <see cref="Stopwatch"/>; comparable with every other timestamp of this process.
/// </param>
/// <param name="Kind">The kind of the event.</param>
/// <param name="ClientPort">The client's port, on 127.0.0.1; 0 if there is no client.</param>
/// <param name="Protocol">
/// The protocol, for example <c>HTTP/1.1</c> or <c>HTTP/2 over TLS 1.3</c>; empty if there is none.
/// </param>
/// <param name="What">The method and the target of the request, or the two ends of the tunnel.</param>
/// <param name="Outcome">The status code; empty if there is none.</param>
/// <param name="Detail">Further details, for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct WebEvent(
    long Timestamp, WebEventKind Kind, int ClientPort, string Protocol, string What, string Outcome, string Detail)
    : ILogEvent<WebEventKind>, IShown
{
    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>
    /// Returns the event as one line, without its time:
    /// <c>forwarded · :51234 · HTTP/1.1 · GET http://music.test/ · 200 · 1,912 bytes</c>.
    /// </summary>
    public override string ToString() => string.Join(" · ", new[]
    {
        InvariantText.Of(Kind), ClientPort == 0 ? "" : InvariantText.Format($":{ClientPort}"), Protocol, What, Outcome, Detail,
    }.Where(part => part.Length > 0));
}
