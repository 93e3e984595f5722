using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>How the end of a body is found (RFC 9112, section 6.3).</summary>
public enum HttpFraming
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>By the Content-Length.</summary>
    Length,

    /// <summary>By the chunks, each of which has its size; the last has size 0.</summary>
    Chunked,

    /// <summary>By the end of the connection.</summary>
    Close,
}

/// <summary>An HTTP/1 message as read from the wire, with the position of each of its parts.</summary>
public sealed class HttpMessage : Shown
{
    private const int ShownOfBody = 2000;

    private readonly IReadOnlyList<ByteField> _parts;

    internal HttpMessage(
        string[] start,
        bool isRequest,
        IReadOnlyList<(string Name, string Value)> fields,
        IReadOnlyList<(string Name, string Value)> trailers,
        HttpFraming framing,
        byte[] body,
        byte[] bytes,
        IReadOnlyList<ByteField> parts)
    {
        (StartLine, IsRequest, Fields, Trailers, Framing, Body, Bytes, _parts) =
            (string.Join(' ', start), isRequest, fields, trailers, framing, body, bytes, parts);
        (Method, Target, Version) = isRequest ? (start[0], start[1], start[2]) : ("", "", start[0]);
        Status = isRequest ? 0 : int.Parse(start[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The start line.</summary>
    public string StartLine { get; }

    /// <summary>Whether it is a request.</summary>
    public bool IsRequest { get; }

    /// <summary>A request's method; empty for a response.</summary>
    public string Method { get; }

    /// <summary>A request's target; empty for a response.</summary>
    public string Target { get; }

    /// <summary>A response's status code; 0 for a request.</summary>
    public int Status { get; }

    /// <summary>The HTTP version, for example <c>HTTP/1.1</c>.</summary>
    public string Version { get; }

    /// <summary>The header fields, in order.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; }

    /// <summary>The trailer fields, which follow a chunked body.</summary>
    public IReadOnlyList<(string Name, string Value)> Trailers { get; }

    /// <summary>How the end of the body was found.</summary>
    public HttpFraming Framing { get; }

    /// <summary>The body without its framing.</summary>
    public byte[] Body { get; }

    /// <summary>The whole message as it was on the wire.</summary>
    public byte[] Bytes { get; }

    /// <summary>The body as text, in UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether another message can follow on this connection (RFC 9112, section 9.3).</summary>
    public bool KeepsConnection =>
        Framing != HttpFraming.Close && !HasOption("close") && (Version != "HTTP/1.0" || HasOption("keep-alive"));

    /// <summary>The values of a header field, joined by commas; null if there is no such field (RFC 9110, section 5.2).</summary>
    public string? this[string name] =>
        Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(field => field.Value)
            .ToList() is { Count: > 0 } values
            ? string.Join(", ", values)
            : null;

    /// <summary>Returns a byte-by-byte view of the message.</summary>
    public ByteView View() => new($"HTTP {(IsRequest ? "request" : "response")}", Layer.Application, Bytes, _parts);

    /// <inheritdoc/>
    public override string ToHtml() => $"{Style.Sheet}<pre class=\"course-source\">{WebUtility.HtmlEncode(ToString())}</pre>";

    /// <summary>Returns the start line, fields and body as text, and how the end of the body was found.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(StartLine).Append('\n');
        foreach (var (name, value) in Fields)
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }

        if (Body.Length > 0)
        {
            text.Append('\n').Append(Octets.Shorten(Text, ShownOfBody).TrimEnd('\n'));
        }

        foreach (var (name, value) in Trailers)
        {
            text.Append('\n').Append(name).Append(": ").Append(value);
        }

        var body = Framing == HttpFraming.None ? "no body" : $"a body of {Octets.Count(Body.Length)}, delimited by {End()}";
        return text.Append(InvariantText.Format($"\n[{Octets.Count(Bytes.Length)}; {body}]")).ToString();
    }

    private string End() => Framing switch
    {
        HttpFraming.Length => "its length",
        HttpFraming.Chunked => "the last chunk",
        _ => "the end of the connection",
    };

    private bool HasOption(string option) =>
        HttpList.Members([this["Connection"] ?? ""]).Contains(option, StringComparer.OrdinalIgnoreCase);
}
