using System.Globalization;
using System.Text;

namespace NetworkingCourse.Application;

/// <summary>
/// Writes the heads of forwarded messages: without the fields of the incoming connection, and with those that a proxy adds.
/// </summary>
internal static class ForwardedFields
{
    private const string Length = "Content-Length";
    private const string Coding = "Transfer-Encoding";

    /// <summary>Returns the head of a request.</summary>
    /// <param name="request">The request as received.</param>
    /// <param name="target">
    /// The target. The Host field is made from it, whatever the client sent (RFC 9112, section 3.2.2).
    /// </param>
    public static string OfRequest(HttpMessage request, ProxyTarget target)
    {
        var left = (MaxForwards.Of(request) - 1)?.ToString(CultureInfo.InvariantCulture);
        var isOld = request.Version == "HTTP/1.0";
        var fields = Framed(request)
            .Where(field => !Is(field, "Host") && !(isOld && Is(field, "Expect"))) // not in HTTP/1.0 (RFC 9110, section 10.1.1)
            .Select(field => left is not null && Is(field, MaxForwards.Field) ? (field.Name, left) : field);
        var forwarded = HopByHop.FieldsToForward([("Host", target.Authority), .. fields], Version(request));
        return Head($"{request.Method} {target.Path} HTTP/1.1", forwarded);
    }

    /// <summary>Returns the head of a response.</summary>
    /// <param name="response">The response as received.</param>
    /// <param name="isOldClient">
    /// Whether it goes to an HTTP/1.0 client, which does not support transfer codings (RFC 9112, section 6.1).
    /// </param>
    /// <param name="closes">Whether the connection closes after it.</param>
    /// <param name="now">The current time, for a response without a Date (RFC 9110, section 6.6.1).</param>
    public static string OfResponse(HttpMessage response, bool isOldClient, bool closes, DateTimeOffset now)
    {
        // 1xx and 204 responses have no body, and must not describe one (RFC 9110, section 8.6; RFC 9112, section 6.1).
        var hasNoFraming = response.Status is < 200 or 204;
        var fields = Framed(response)
            .Where(field => !hasNoFraming || !(Is(field, Length) || Is(field, Coding)))
            .Where(field => !isOldClient || !(Is(field, "Trailer") || Is(field, Coding)));
        var forwarded = HopByHop.FieldsToForward([.. fields], Version(response)).ToList();
        if (response.Status >= 200 && response["Date"] is null)
        {
            forwarded.Add(("Date", now.ToString("R", CultureInfo.InvariantCulture)));
        }

        if (closes)
        {
            forwarded.Add(("Connection", "close"));
        }

        return Head($"HTTP/1.1{response.StartLine[response.Version.Length..]}", forwarded);
    }

    /// <summary>Returns the trailers of a message, with the empty line at the end.</summary>
    public static string OfTrailers(HttpMessage message) => Lines(HopByHop.Without(message.Trailers, message.Fields));

    // The proxy writes the framing in its simplest form: another reader might interpret a list with empty members differently.
    private static IEnumerable<(string Name, string Value)> Framed(HttpMessage message) => message.Framing == HttpFraming.Chunked
        ? message.Fields.Where(field => !Is(field, Coding)).Append((Coding, "chunked"))
        : message.Fields;

    private static string Version(HttpMessage message) => message.Version["HTTP/".Length..];

    private static bool Is((string Name, string Value) field, string name) =>
        field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string Head(string startLine, IEnumerable<(string Name, string Value)> fields) =>
        $"{startLine}\r\n{Lines(fields)}";

    private static string Lines(IEnumerable<(string Name, string Value)> fields)
    {
        var lines = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            lines.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return lines.Append("\r\n").ToString();
    }
}
