using System.Globalization;
using System.Net;
using System.Text;

namespace NetworkingCourse.Application;

/// <summary>The responses that the proxy itself generates instead of an origin.</summary>
internal static class ProxyAnswer
{
    /// <summary>
    /// The response to a request for a tunnel that has been opened. It has no body: the bytes of the tunnel follow.
    /// </summary>
    public const string TunnelIsOpen = "HTTP/1.1 200 Connection established\r\n\r\n";

    /// <summary>The methods that can be used through the proxy.</summary>
    public const string Allow = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, CONNECT";

    /// <summary>Returns the response to OPTIONS for the proxy itself (RFC 9110, section 9.3.7).</summary>
    /// <param name="goesOn">Whether the connection stays open after it.</param>
    public static byte[] Options(bool goesOn)
    {
        var close = goesOn ? "" : "Connection: close\r\n";
        return Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{Allow}\r\nContent-Length: 0\r\n{close}\r\n");
    }

    /// <summary>Returns a response that explains why the proxy does not fulfill a request.</summary>
    /// <param name="fault">The reason.</param>
    /// <param name="goesOn">Whether the connection stays open after it.</param>
    /// <param name="method">The request's method: the response to HEAD has no body.</param>
    public static byte[] Of(ProxyFault fault, bool goesOn, string method)
    {
        var phrase = Phrase(fault.Status);
        var title = string.Create(CultureInfo.InvariantCulture, $"{fault.Status} {phrase}");
        var why = $"<p>{WebUtility.HtmlEncode(fault.Message)}</p>";
        var who = "<p>This is the proxy speaking, not the site that you asked for. "
            + "It goes to the sites of the course, and nowhere else.</p>";
        var page = Encoding.UTF8.GetBytes(WebPage.Of(title, why + who));
        var head = new StringBuilder($"HTTP/1.1 {title}\r\nContent-Type: text/html; charset=utf-8\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {page.Length}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Proxy-Status: {ForwardProxy.Pseudonym}; error={ErrorType(fault.Status)}\r\n");
        if (fault.Field.Length > 0)
        {
            head.Append(fault.Field).Append("\r\n");
        }

        head.Append(goesOn ? "\r\n" : "Connection: close\r\n\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. method == "HEAD" ? [] : page];
    }

    private static string Phrase(int status) => status switch
    {
        400 => "Bad Request",
        403 => "Forbidden",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Refused",
    };

    // The error types of RFC 9209, section 2.3.
    private static string ErrorType(int status) => status switch
    {
        502 => "destination_unavailable",
        503 => "connection_limit_reached",
        504 => "connection_timeout",
        403 or 407 => "http_request_denied",
        _ => "http_request_error",
    };
}
