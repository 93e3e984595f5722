using System.Globalization;
using System.Text;

namespace NetworkingCourse.Application;

/// <summary>Writes HTTP/1.1 messages, as bytes. Names and values are written as they are given: whoever wants to write nonsense may.</summary>
public static class HttpWriter
{
    /// <summary>A request. With a body it is given its Content-Length, unless the fields say how it is framed.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The target: a path, for an origin.</param>
    /// <param name="host">The field Host.</param>
    /// <param name="fields">More fields, in order.</param>
    /// <param name="body">The body; none unless told otherwise.</param>
    public static byte[] Request(string method, string target, string host, IEnumerable<(string Name, string Value)>? fields = null, ReadOnlySpan<byte> body = default) =>
        Message($"{method} {target} HTTP/1.1", [("Host", host), .. fields ?? []], body);

    /// <summary>A response. It is given its Content-Length, unless the fields say how it is framed.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="reason">The reason phrase.</param>
    /// <param name="fields">Fields, in order.</param>
    /// <param name="body">The body.</param>
    public static byte[] Response(int status, string reason, IEnumerable<(string Name, string Value)>? fields = null, ReadOnlySpan<byte> body = default) =>
        Message(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {reason}"), [.. fields ?? []], body, evenIfEmpty: status >= 200 && status is not (204 or 304));

    /// <summary>A body in chunks (RFC 9112, section 7.1).</summary>
    /// <param name="chunks">The chunks; empty ones are left out, for they would end the body.</param>
    /// <param name="trailers">The fields behind the last chunk.</param>
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

    private static byte[] Message(string start, List<(string Name, string Value)> fields, ReadOnlySpan<byte> body, bool evenIfEmpty = false)
    {
        var framed = fields.Any(field => field.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || field.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        if (!framed && (body.Length > 0 || evenIfEmpty))
        {
            fields.Add(("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture)));
        }

        return [.. Latin($"{start}\r\n{Lines(fields)}"), .. body];
    }

    private static string Lines(IEnumerable<(string Name, string Value)> fields) => string.Concat(fields.Select(field => $"{field.Name}: {field.Value}\r\n")) + "\r\n";

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
