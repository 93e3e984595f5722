using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The part of HPACK (RFC 7541) that a lesson needs: it writes a request with entries of the static table and with literals, and
/// dissects header sections. It knows neither the Huffman code nor what earlier header sections have put into the dynamic table.
/// </summary>
internal static class Hpack
{
    private const int Authority = 1;
    private const int MethodGet = 2;
    private const int Path = 4;
    private const int SchemeHttp = 6;

    // Appendix A. Entry 1 is the first.
    private static readonly string[] Static =
    [
        ":authority", ":method: GET", ":method: POST", ":path: /", ":path: /index.html", ":scheme: http", ":scheme: https",
        ":status: 200", ":status: 204", ":status: 206", ":status: 304", ":status: 400", ":status: 404", ":status: 500",
        "accept-charset", "accept-encoding: gzip, deflate", "accept-language", "accept-ranges", "accept",
        "access-control-allow-origin", "age", "allow", "authorization", "cache-control", "content-disposition",
        "content-encoding", "content-language", "content-length", "content-location", "content-range", "content-type", "cookie",
        "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "proxy-authenticate", "proxy-authorization",
        "range", "referer", "refresh", "retry-after", "server", "set-cookie", "strict-transport-security", "transfer-encoding",
        "user-agent", "vary", "via", "www-authenticate",
    ];

    /// <summary>Returns the header section of a GET.</summary>
    public static byte[] Get(string host, string path) =>
    [
        0x80 | MethodGet,
        0x80 | SchemeHttp,
        Authority, .. Text(host), // a literal with a name from the table, not to be added to the dynamic one (section 6.2.2)
        Path, .. Text(path),
    ];

    /// <summary>Reads the rest of a frame as a header section.</summary>
    public static void Dissect(FieldReader reader)
    {
        while (reader.Remaining > 0)
        {
            var rest = reader.Peek();
            var length = Measure(rest.Span, out var field, out var how);
            reader.Bytes(how, Math.Min(length, rest.Length), _ => field);
        }
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return bytes.Length < 0x7f
            ? [(byte)bytes.Length, .. bytes]
            : throw new ArgumentException("This writer knows texts of up to 126 bytes.", nameof(text));
    }

    // The first bits say what it is: an entry of a table, a change of the table's size, or a literal (section 6).
    private static int Measure(ReadOnlySpan<byte> bytes, out string field, out string how)
    {
        var at = 0;
        var prefix = bytes[0] switch { >= 0x80 => 7, >= 0x40 => 6, >= 0x20 => 5, _ => 4 };
        var number = Number(bytes, ref at, prefix);
        if (prefix == 7)
        {
            (field, how) = (Entry(number), "indexed");
            return at;
        }

        if (prefix == 5)
        {
            (field, how) = (InvariantText.Format($"{number}"), "size of the dynamic table");
            return at;
        }

        how = prefix == 6 ? "literal, to be remembered" : "literal";
        var name = number > 0 ? Entry(number).Split(": ")[0] : String(bytes, ref at);
        field = $"{name}: {String(bytes, ref at)}";
        return at;
    }

    private static string Entry(int number) => number is > 0 and <= 61
        ? Static[number - 1]
        : InvariantText.Format($"entry {number} of the dynamic table");

    // Section 5.1: a number that does not fit into the prefix goes on in groups of seven bits.
    private static int Number(ReadOnlySpan<byte> bytes, ref int at, int prefix)
    {
        var max = (1 << prefix) - 1;
        var number = Next(bytes, ref at) & max;
        if (number < max)
        {
            return number;
        }

        for (var shift = 0; shift < 21; shift += 7)
        {
            var group = Next(bytes, ref at);
            number += (group & 0x7f) << shift;
            if (group < 0x80)
            {
                return number;
            }
        }

        throw new TruncatedException("a number", at, 1, 0);
    }

    private static string String(ReadOnlySpan<byte> bytes, ref int at)
    {
        var isHuffman = at < bytes.Length && bytes[at] >= 0x80;
        var length = Number(bytes, ref at, 7);
        if (length > bytes.Length - at)
        {
            throw new TruncatedException("a text", at, length, bytes.Length - at);
        }

        var text = isHuffman ? "(in Huffman code)" : Octets.Quoted(bytes.Slice(at, length));
        at += length;
        return text;
    }

    private static byte Next(ReadOnlySpan<byte> bytes, ref int at) =>
        at < bytes.Length ? bytes[at++] : throw new TruncatedException("a field", at, 1, 0);
}
