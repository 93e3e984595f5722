using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>What happened at the origin or at the proxy.</summary>
public enum WebEventKind
{
    /// <summary>It is bound, listening and ready.</summary>
    Listening,

    /// <summary>The origin has answered a request, or the proxy has answered one that was for itself.</summary>
    Answered,

    /// <summary>The proxy has handed on a request and the response to it, both of which it could read.</summary>
    Forwarded,

    /// <summary>The proxy has connected a client with a server, and from now on hands on bytes that it does not understand.</summary>
    TunnelOpened,

    /// <summary>A tunnel is over.</summary>
    TunnelClosed,

    /// <summary>The proxy wants to know who asks, and does not: 407.</summary>
    Challenged,

    /// <summary>The proxy does not go where it was asked to go, or could not read what was asked.</summary>
    Refused,

    /// <summary>Something broke: a connection, a deadline, a certificate that the client did not believe.</summary>
    Failed,

    /// <summary>It accepts no more connections.</summary>
    Stopping,

    /// <summary>Everything it had is given back.</summary>
    Stopped,
}

/// <summary>One line of the log of the origin or the proxy: what it could see, and nothing else.</summary>
/// <param name="Timestamp">When, in ticks of <see cref="Stopwatch"/>: comparable with every other timestamp of this process.</param>
/// <param name="Kind">What happened.</param>
/// <param name="ClientPort">The port of whoever connected, on 127.0.0.1; 0 where nobody did.</param>
/// <param name="Protocol">What was spoken: <c>HTTP/1.1</c>, <c>HTTP/2 over TLS 1.3</c>; empty where nothing was.</param>
/// <param name="What">The method and the target of the request, or the two ends of the tunnel.</param>
/// <param name="Outcome">The status code; empty where there is none.</param>
/// <param name="Detail">More, for people.</param>
[TypeFormatterSource(typeof(ShownAsHtml), PreferredMimeTypes = [ShownAsHtml.Html, ShownAsHtml.Plain])]
public readonly record struct WebEvent(long Timestamp, WebEventKind Kind, int ClientPort, string Protocol, string What, string Outcome, string Detail) : IShown
{
    /// <inheritdoc/>
    public string ToHtml() => $"<p>{System.Net.WebUtility.HtmlEncode(ToString())}</p>";

    /// <summary>The event as one line, without its time: <c>forwarded · :51234 · HTTP/1.1 · GET http://music.test/ · 200 · 1,912 bytes</c>.</summary>
    public override string ToString() => string.Join(" · ", new[]
    {
        InvariantText.Of(Kind), ClientPort == 0 ? "" : InvariantText.Format($":{ClientPort}"), Protocol, What, Outcome, Detail,
    }.Where(part => part.Length > 0));
}
