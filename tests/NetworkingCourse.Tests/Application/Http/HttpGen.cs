using System.Globalization;
using System.Text;
using CsCheck;
using NetworkingCourse.Tests.Packets;

namespace NetworkingCourse.Tests.Application;

/// <summary>A field and the line that contains it.</summary>
internal readonly record struct HttpLine(string Name, string Value, string Line);

/// <summary>Random messages that follow the grammar of RFC 9112, each with its expected reading.</summary>
internal static class HttpGen
{
    private const string Letters = "abcXYZ019";

    // Bytes that mean something somewhere in a message, and some that are not allowed anywhere.
    private static readonly byte[] Meaningful = [.. "\r\n\0 \t:;=\"%[]#{/?@,*0aG+-\\~"u8, 0x7f, 0x80, 0xff];

    private static readonly Gen<string> Token = Text(Letters + "!#$%&'*+-.^_`|~", 1, 8);
    private static readonly Gen<string> White = Gen.Frequency((4, Gen.OneOfConst("", " ")), (1, Text(" \t", 0, 3)));
    private static readonly Gen<string> Escape = Gen.Byte.Select(value => Invariant($"%{value:X2}"));

    private static readonly Gen<string> Segment = Gen.OneOf(Text(Letters + "-._~!$&'()*+,;=:@", 0, 6), Escape);
    private static readonly Gen<string> Path = Segment.Array[1, 4].Select(segments => "/" + string.Join('/', segments));

    private static readonly Gen<string> Query = Gen.OneOf(
        Gen.Const(""), Text(Letters + "=&/?:@", 0, 8).Select(text => "?" + text), Escape.Select(escape => "?" + escape));

    private static readonly Gen<string> Host = Gen.Frequency(
        (4, Text(Letters + "-.", 1, 10)),
        (1, Text(Letters + "_~!$&'()*+,;=", 0, 6)),
        (1, Escape.Select(escape => "a" + escape)),
        (1, PacketGen.V4.Select(address => address.ToString())),
        (1, PacketGen.V6.Select(address => $"[{address}]")),
        (1, Text(Letters + ":!", 1, 5).Select(text => $"[vF.{text}]")));

    private static readonly Gen<string> Port = Gen.Frequency(
        (2, Gen.Const("")), (1, Gen.Const(":")), (1, Gen.UShort.Select(port => Invariant($":{port}"))));

    private static readonly Gen<string> Uri = Gen.OneOf(
        from scheme in Gen.OneOfConst("http", "HTTP", "a+b-c.1")
        from user in Gen.OneOfConst("", "u:p@")
        from host in Host
        from port in Port
        from path in Gen.OneOf(Gen.Const(""), Path)
        from query in Query
        select $"{scheme}://{user}{host}{port}{path}{query}",
        Both(Gen.OneOfConst("urn:a:b", "x:", "x:/", "x:/a//b", "a.test:80"), Query));

    private static readonly Gen<(string Method, string Target)> Targets = Gen.Frequency(
        (6, Gen.Select(Gen.OneOf(Gen.OneOfConst("GET", "POST", "OPTIONS"), Token), Gen.OneOf(Both(Path, Query), Uri))),
        (1, Gen.Select(Gen.Const("CONNECT"), Both(Host, Gen.OneOfConst(":443", ":")))),
        (1, Gen.Const(("OPTIONS", "*"))));

    private static readonly Gen<string> Value =
        Text("ab Z09,;=\"\t:\u0080\u00e4\u00ff\\{", 0, 12).Select(text => text.Trim(' ', '\t'));

    private static readonly Gen<HttpLine> Field =
        from name in Token
        from value in Value
        from white in White.Array[2]
        select new HttpLine("X-" + name, value, $"X-{name}:{white[0]}{value}{white[1]}\r\n");

    private static readonly Gen<string> Quoted =
        Text("ab ;=\t\u00e4", 0, 5).Select(text => $"\"{text.Replace("a", "\\\"", StringComparison.Ordinal)}\"");

    private static readonly Gen<string> Extension =
        from white in White.Array[4]
        from name in Token
        from value in Gen.OneOf(Token, Quoted)
        from hasValue in Gen.Bool
        select $"{white[0]};{white[1]}{name}{(hasValue ? $"{white[2]}={white[3]}{value}" : "")}";

    private static readonly Gen<string> Zeros = Gen.OneOfConst("", "0", "000");
    private static readonly Gen<string> Bytes = Gen.Char['\0', '\u00ff'].Array[0, 20].Select(letters => new string(letters));

    private static readonly Gen<(string Text, string Data)> Chunk =
        from zeros in Zeros
        from data in Bytes.Where(bytes => bytes.Length > 0)
        from extensions in Extension.Array[0, 2]
        from size in Gen.OneOfConst("x", "X")
        let digits = data.Length.ToString(size, CultureInfo.InvariantCulture)
        select ($"{zeros}{digits}{string.Concat(extensions)}\r\n{data}\r\n", data);

    private static readonly Gen<Framed> Chunks =
        from coding in Gen.OneOfConst("chunked", "Chunked", ", chunked", "chunked ,\t,")
        from chunks in Chunk.Array[0, 3]
        from zeros in Zeros
        from extensions in Extension.Array[0, 1]
        from trailers in Field.Array[0, 2]
        let end = $"{zeros}0{string.Concat(extensions)}\r\n{Lines(trailers)}\r\n"
        select new Framed(
            new HttpLine("transfer-encoding", coding, $"transfer-encoding: {coding}\r\n"),
            string.Concat(chunks.Select(chunk => chunk.Text)) + end, string.Concat(chunks.Select(chunk => chunk.Data)), trailers);

    private static readonly Gen<Framed> Bodies = Gen.OneOf(
        Gen.Const(new Framed(null, "", "", [])),
        Gen.Select(Bytes, Zeros, (body, zeros) =>
            new Framed(Line("Content-Length", Invariant($"{zeros}{body.Length}")), body, body, [])),
        Chunks);

    /// <summary>A body.</summary>
    /// <param name="Field">The field that states the framing; null if there is none.</param>
    /// <param name="Sent">The body with its framing.</param>
    /// <param name="Body">The body without its framing.</param>
    /// <param name="Trailers">The trailers.</param>
    private sealed record Framed(HttpLine? Field, string Sent, string Body, HttpLine[] Trailers);

    /// <summary>Requests, each with its expected reading.</summary>
    public static Gen<(byte[] Bytes, HttpReading Reading)> Requests { get; } =
        from target in Targets
        from minor in Gen.Frequency((4, Gen.Const(1)), (1, Gen.Int[0, 9]))
        from fields in Field.Array[0, 3]
        from host in Both(Host, Port)
        from white in White
        from body in Bodies
        from hostPlace in Gen.Int[0, 3]
        from emptyLine in Gen.Frequency((4, Gen.Const("")), (1, Gen.Const("\r\n")))
        where minor > 0 || body.Field?.Name != "transfer-encoding"
        let version = Invariant($"HTTP/1.{minor}")
        let all = WithFraming(WithHost(fields, new HttpLine("Host", host, $"Host:{white}{host}\r\n"), hostPlace, minor), body)
        select (
            Encoding.Latin1.GetBytes($"{emptyLine}{target.Method} {target.Target} {version}\r\n{Lines(all)}\r\n{body.Sent}"),
            new HttpReading([target.Method, target.Target, version], Pairs(all), body.Body, Pairs(body.Trailers)));

    /// <summary>Responses, each with the method of its request and its expected reading.</summary>
    public static Gen<(byte[] Bytes, string Method, HttpReading Reading)> Responses { get; } =
        from method in Gen.OneOfConst("GET", "GET", "GET", "HEAD", "CONNECT")
        from status in Gen.OneOf(Gen.OneOfConst(200, 200, 204, 304, 100), Gen.Int[100, 599])
        from reason in Gen.OneOf(Gen.OneOfConst("", "OK", " "), Value)
        from minor in Gen.Int[1, 9]
        from fields in Field.Array[0, 3]
        from framed in Bodies
        from rest in Bytes
        let hasBody = method != "HEAD" && status is >= 200 and not (204 or 304) && !(method == "CONNECT" && status < 300)
        let body = !hasBody ? framed with { Sent = "", Body = "", Trailers = [] }
            : framed.Field is null ? framed with { Sent = rest, Body = rest } // up to the end of the connection
            : framed
        let all = WithFraming(fields, framed)
        let start = new[] { Invariant($"HTTP/1.{minor}"), Invariant($"{status}"), reason }
        select (
            Encoding.Latin1.GetBytes($"{string.Join(' ', start)}\r\n{Lines(all)}\r\n{body.Sent}"), method,
            new HttpReading(start, Pairs(all), body.Body, Pairs(body.Trailers)));

    /// <summary>Changes to a message, each of which adds, removes, replaces or doubles a byte.</summary>
    public static Gen<Func<byte[], byte[]>> Changes { get; } =
        from kind in Gen.Int[0, 3]
        from place in Gen.Double.Unit
        from value in Gen.Frequency((4, Gen.OneOfConst(Meaningful)), (1, Gen.Byte))
        select (Func<byte[], byte[]>)(bytes =>
        {
            var at = (int)(place * bytes.Length);
            return kind switch
            {
                0 => [.. bytes[..at], value, .. bytes[at..]],
                1 => [.. bytes[..at], .. bytes[at..].Skip(1)],
                2 => [.. bytes[..at], value, .. bytes[at..].Skip(1)],
                _ => [.. bytes[..at], .. bytes[at..].Take(1), .. bytes[at..]],
            };
        });

    private static Gen<string> Text(string characters, int least, int most) =>
        Gen.Char[characters].Array[least, most].Select(letters => new string(letters));

    private static Gen<string> Both(Gen<string> one, Gen<string> other) =>
        Gen.Select(one, other, (first, second) => first + second);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static HttpLine Line(string name, string value) => new(name, value, $"{name}: {value}\r\n");

    // HTTP/1.0 does not require Host.
    private static HttpLine[] WithHost(HttpLine[] fields, HttpLine host, int place, int minor) =>
        minor == 0 && place == 0 ? fields : [.. fields.Take(place), host, .. fields.Skip(place)];

    private static HttpLine[] WithFraming(HttpLine[] fields, Framed body) =>
        body.Field is { } field ? [.. fields, field] : fields;

    private static string Lines(HttpLine[] fields) => string.Concat(fields.Select(field => field.Line));

    private static IReadOnlyList<(string, string)> Pairs(HttpLine[] fields) =>
        [.. fields.Select(field => (field.Name, field.Value))];
}
