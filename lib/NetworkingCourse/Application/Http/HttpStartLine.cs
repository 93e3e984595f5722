using System.Buffers;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The start line of a message (RFC 9112, sections 3 and 4).</summary>
internal static class HttpStartLine
{
    /// <summary>The characters of a token, such as a method or a field's name (RFC 9110, section 5.6.2).</summary>
    public static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    public static string[] Parse(ReadOnlySpan<byte> line, int at, bool isRequest, HttpRules rules, List<ByteField> parts)
    {
        var first = line.IndexOf((byte)' ');
        var second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)' ');
        if (first <= 0 || second < 0)
        {
            throw new HttpFormatException(
                isRequest
                    ? "a request line is a method, a target and a version, with a space between them"
                    : "a status line is a version, a code and a reason, with a space between them",
                at,
                line);
        }

        second += first + 1;
        var a = line[..first];
        var b = line[(first + 1)..second];
        var c = line[(second + 1)..];
        var version = isRequest ? c : a;
        if (version is not
            [(byte)'H', (byte)'T', (byte)'T', (byte)'P', (byte)'/', (byte)'1', (byte)'.', >= (byte)'0' and <= (byte)'9'])
        {
            // HTTP/2.0 is a version too, but is not supported here (RFC 9110, section 15.6.6).
            throw new HttpFormatException("not an HTTP/1.x version", isRequest ? at + second + 1 : at, version)
            {
                Status = IsVersion(version) ? 505 : 400,
            };
        }

        if (isRequest
            ? a.IndexOfAnyExcept(Token) >= 0
            : b.Length != 3 || b[0] is < (byte)'1' or > (byte)'5' || b.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            throw new HttpFormatException(
                isRequest ? "a method is one word" : "a status code is three digits, from 100 to 599",
                isRequest ? at : at + first + 1,
                isRequest ? a : b);
        }

        if (isRequest && !IsTarget(a, b, rules))
        {
            throw new HttpFormatException("a target is a path, a URI, or for CONNECT a host and a port", at + first + 1, b);
        }

        if (!isRequest && HttpFields.HasControl(c))
        {
            throw new HttpFormatException("a reason phrase has no control characters", at + second + 1, c);
        }

        string[] names = isRequest ? ["method", "target", "version"] : ["version", "status code", "reason phrase"];
        string[] texts = [Encoding.Latin1.GetString(a), Encoding.Latin1.GetString(b), Encoding.Latin1.GetString(c)];
        parts.AddRange(
        [
            new(at, first, names[0], texts[0]),
            new(at + first, 1, "space", ""),
            new(at + first + 1, b.Length, names[1], texts[1]),
            new(at + second, 1, "space", ""),
            new(at + second + 1, c.Length, names[2], texts[2]),
        ]);
        return texts;
    }

    private static bool IsTarget(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, HttpRules rules) =>
        !target.IsEmpty && target.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) < 0
        && (rules.AnyTarget || HttpTarget.IsValid(Encoding.ASCII.GetString(method), Encoding.ASCII.GetString(target)));

    private static bool IsVersion(ReadOnlySpan<byte> text) =>
        text.StartsWith("HTTP/"u8) && text[5..] is [>= (byte)'0' and <= (byte)'9', (byte)'.', >= (byte)'0' and <= (byte)'9'];
}
