using System.Globalization;
using System.Text;

namespace NetworkingCourse.Application;

/// <summary>
/// Writes HTTP/1.1 messages as bytes. Names and values are not checked, so that malformed messages can be written too.
/// </summary>
public static class HttpWriter
{
    /// <summary>Writes a request. If it has a body, Content-Length is added unless the fields define the framing.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The target: a path, if the request goes to an origin.</param>
    /// <param name="host">The value of the Host field.</param>
    /// <param name="fields">Further fields, in order.</param>
    /// <param name="body">The body; none by default.</param>
    public static byte[] Request(
        string method,
        string target,
        string host,
        IEnumerable<(string Name, string Value)>? fields = null,
        ReadOnlySpan<byte> body = default) =>
        Message($"{method} {target} HTTP/1.1", [("Host", host), .. fields ?? []], body);

    /// <summary>Writes a response. Content-Length is added unless the fields define the framing.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="reason">The reason phrase.</param>
    /// <param name="fields">The fields, in order.</param>
    /// <param name="body">The body.</param>
    public static byte[] Response(
        int status,
        string reason,
        IEnumerable<(string Name, string Value)>? fields = null,
        ReadOnlySpan<byte> body = default) =>
        Message(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {reason}"),
            [.. fields ?? []],
            body,
            evenIfEmpty: status >= 200 && status is not (204 or 304));

    /// <summary>Writes a body in chunks (RFC 9112, section 7.1).</summary>
    /// <param name="chunks">The chunks; empty ones are left out, because they would end the body.</param>
    /// <param name="trailers">The fields after the last chunk.</param>
    public static byte[] Chunked(IEnumerable<byte[]> chunks, IEnumerable<(string Name, string Value)>? trailers = null)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var bytes = new List<byte>();
        foreach (var chunk in chunks.Where(chunk => chunk.Length > 0))
        {
            bytes.AddRange([.. Latin(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), .. chunk, .. "\r\n"u8]);
        }

        bytes.AddRange([.. "0\r\n"u8, .. Latin(Lines(trailers ?? []))]);
        return [.. bytes];
    }

    private static byte[] Message(
        string start, List<(string Name, string Value)> fields, ReadOnlySpan<byte> body, bool evenIfEmpty = false)
    {
        var framed = fields.Any(field =>
            field.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            || field.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        if (!framed && (body.Length > 0 || evenIfEmpty))
        {
            fields.Add(("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture)));
        }

        return [.. Latin($"{start}\r\n{Lines(fields)}"), .. body];
    }

    private static string Lines(IEnumerable<(string Name, string Value)> fields) =>
        string.Concat(fields.Select(field => $"{field.Name}: {field.Value}\r\n")) + "\r\n";

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
