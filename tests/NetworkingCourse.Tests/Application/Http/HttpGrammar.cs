using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace NetworkingCourse.Tests.Application;

/// <summary>The content of a message.</summary>
/// <param name="Start">The parts of the start line.</param>
/// <param name="Fields">Names and values.</param>
/// <param name="Body">The body, one character for each byte.</param>
/// <param name="Trailers">Names and values.</param>
internal sealed record HttpReading(
    IReadOnlyList<string> Start, IReadOnlyList<(string Name, string Value)> Fields, string Body,
    IReadOnlyList<(string Name, string Value)> Trailers)
{
    /// <summary>The whole content, as text for comparison.</summary>
    public override string ToString() =>
        string.Join('\n', [string.Join(' ', Start), .. Fields.Select(Line), "", Body, .. Trailers.Select(Line)]);

    private static string Line((string Name, string Value) field) => $"{field.Name}: {field.Value}";
}

/// <summary>
/// The grammar of RFC 9112, RFC 9110 and RFC 3986 as regular expressions, and the few rules that a grammar cannot express: a
/// second opinion that shares nothing with the library's reader.
/// </summary>
internal static class HttpGrammar
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";
    private const string Visible = @"\x21-\x7E\x80-\xFF";
    private const string Value = $@"(?:[{Visible}](?:[ \t{Visible}]*[{Visible}])?)?";
    private const string Fields = $@"(?:(?<name>{Token}):[ \t]*(?<value>{Value})[ \t]*\r\n)*\r\n";
    private const string Quoted = @"""(?:[\t \x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t \x21-\x7E\x80-\xFF])*""";
    private const string Extension = $@"[ \t]*;[ \t]*{Token}(?:[ \t]*=[ \t]*(?:{Token}|{Quoted}))?";

    private const string Free = @"A-Za-z0-9\-._~!$&'()*+,;="; // unreserved and sub-delims
    private const string Escape = "%[0-9A-Fa-f]{2}";
    private const string Letter = $"(?:[{Free}:@]|{Escape})"; // pchar
    private const string Segments = $"(?:/{Letter}*)";
    private const string Query = $@"(?:\?(?:{Letter}|[/?])*)?";
    private const string Number = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"; // dec-octet
    private const string G = "[0-9A-Fa-f]{1,4}"; // h16
    private const string L = $@"(?:{G}:{G}|{Number}\.{Number}\.{Number}\.{Number})"; // ls32

    private const string V6 = "(?:"
        + $"(?:{G}:){{6}}{L}|::(?:{G}:){{5}}{L}|(?:{G})?::(?:{G}:){{4}}{L}|(?:(?:{G}:){{0,1}}{G})?::(?:{G}:){{3}}{L}"
        + $"|(?:(?:{G}:){{0,2}}{G})?::(?:{G}:){{2}}{L}|(?:(?:{G}:){{0,3}}{G})?::{G}:{L}|(?:(?:{G}:){{0,4}}{G})?::{L}"
        + $"|(?:(?:{G}:){{0,5}}{G})?::{G}|(?:(?:{G}:){{0,6}}{G})?::)";

    private const string Host = $@"(?:\[(?:{V6}|[vV][0-9A-Fa-f]+\.[{Free}:]+)\]|(?:[{Free}]|{Escape})*)";
    private const string Authority = $"(?:(?:[{Free}:]|{Escape})*@)?{Host}(?::[0-9]*)?";

    // hier-part
    private const string Hierarchy = $"(?://{Authority}{Segments}*|/(?:{Letter}+{Segments}*)?|{Letter}+{Segments}*|)";

    private static readonly Regex RequestHead =
        Beginning($@"(?:\r\n)?(?<method>{Token}) (?<target>[^ \r\n]+) (?<version>HTTP/1\.[0-9])\r\n{Fields}");

    private static readonly Regex ResponseHead =
        Beginning($@"(?<version>HTTP/1\.[0-9]) (?<status>[1-5][0-9][0-9]) (?<reason>[\t {Visible}]*)\r\n{Fields}");

    private static readonly Regex Chunk = Beginning($@"(?<size>[0-9A-Fa-f]+)(?:{Extension})*\r\n");
    private static readonly Regex TrailerSection = Beginning(Fields);
    private static readonly Regex HostField = Whole($"{Host}(?::[0-9]*)?");
    private static readonly Regex AuthorityForm = Whole($"{Host}:[0-9]*");
    private static readonly Regex OriginForm = Whole($"{Segments}+{Query}");
    private static readonly Regex AbsoluteForm = Whole($@"[A-Za-z][A-Za-z0-9+\-.]*:{Hierarchy}{Query}");
    private static readonly Regex ChunkedAlone = Whole(@"[ \t,]*[Cc][Hh][Uu][Nn][Kk][Ee][Dd][ \t,]*");
    private static readonly Regex Length = Whole("[0-9]+");

    /// <summary>Reads a request.</summary>
    /// <returns>Its content and its length; null unless it is a complete request.</returns>
    public static (HttpReading Reading, int Length)? ReadRequest(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var head = RequestHead.Match(text);
        var (method, target, version) = (head.Groups["method"].Value, head.Groups["target"].Value, head.Groups["version"].Value);
        var fields = FieldsOf(head);
        var hosts = All(fields, "Host");
        var isHost = hosts.Count == 1 ? HostField.IsMatch(hosts[0]) : hosts.Count == 0 && version == "HTTP/1.0";
        return head.Success && IsTarget(method, target) && isHost
            ? ReadBody(text, head.Length, [method, target, version], version, fields, otherwise: head.Length)
            : null;
    }

    /// <summary>Reads a response that is followed by the end of the connection.</summary>
    /// <param name="bytes">The response.</param>
    /// <param name="method">The method of the request.</param>
    /// <returns>Its content and its length; null unless it is a complete response.</returns>
    public static (HttpReading Reading, int Length)? ReadResponse(byte[] bytes, string method)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var head = ResponseHead.Match(text);
        if (!head.Success)
        {
            return null;
        }

        var (version, status, reason) = (head.Groups["version"].Value, head.Groups["status"].Value, head.Groups["reason"].Value);
        var (start, fields) = (new[] { version, status, reason }, FieldsOf(head));
        var isTunnel = method == "CONNECT" && status[0] == '2';
        return method != "HEAD" && !isTunnel && status is not (['1', ..] or "204" or "304")
            ? ReadBody(text, head.Length, start, version, fields, otherwise: text.Length)
            : (new HttpReading(start, fields, "", []), head.Length);
    }

    private static bool IsTarget(string method, string target) => method == "CONNECT" ? AuthorityForm.IsMatch(target)
        : (target == "*" && method == "OPTIONS") || OriginForm.IsMatch(target) || AbsoluteForm.IsMatch(target);

    // RFC 9112, section 6.3. Without a length or a coding, the body ends at the given place.
    private static (HttpReading, int)? ReadBody(
        string text, int at, string[] start, string version, IReadOnlyList<(string, string)> fields, int otherwise)
    {
        var (codings, lengths) = (All(fields, "Transfer-Encoding"), All(fields, "Content-Length"));
        if (codings.Count > 0)
        {
            var isChunked = ChunkedAlone.IsMatch(string.Join(',', codings)) && lengths.Count == 0 && version != "HTTP/1.0";
            return isChunked ? ReadChunks(text, at, start, fields) : null;
        }

        if (lengths.Count == 0)
        {
            return (new HttpReading(start, fields, text[at..otherwise], []), otherwise);
        }

        var isLength = lengths.Count == 1 && Length.IsMatch(lengths[0]);
        return isLength && BigInteger.Parse(lengths[0], CultureInfo.InvariantCulture) is var length && length <= text.Length - at
            ? (new HttpReading(start, fields, text.Substring(at, (int)length), []), at + (int)length)
            : null;
    }

    private static (HttpReading, int)? ReadChunks(string text, int at, string[] start, IReadOnlyList<(string, string)> fields)
    {
        var body = new StringBuilder();
        while (Chunk.Match(text[at..]) is { Success: true } chunk)
        {
            at += chunk.Length;
            var digits = "0" + chunk.Groups["size"].Value; // the 0 keeps the number from being negative
            var size = BigInteger.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size.IsZero)
            {
                var end = TrailerSection.Match(text[at..]);
                var trailers = FieldsOf(end);
                // These come too late after the body (RFC 9110, section 6.5.1).
                string[] late = ["Content-Length", "Transfer-Encoding", "Host", "Trailer"];
                return end.Success && late.All(name => All(trailers, name).Count == 0)
                    ? (new HttpReading(start, fields, body.ToString(), trailers), at + end.Length)
                    : null;
            }

            if (size + 2 > text.Length - at || text.Substring(at + (int)size, 2) != "\r\n")
            {
                return null;
            }

            body.Append(text, at, (int)size);
            at += (int)size + 2;
        }

        return null;
    }

    private static IReadOnlyList<(string Name, string Value)> FieldsOf(Match match) =>
        [.. match.Groups["name"].Captures.Zip(match.Groups["value"].Captures, (name, value) => (name.Value, value.Value))];

    private static List<string> All(IEnumerable<(string Name, string Value)> fields, string name) =>
        [.. fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    private static Regex Beginning(string pattern) => new($@"\A{pattern}", RegexOptions.CultureInvariant);

    private static Regex Whole(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant);
}
