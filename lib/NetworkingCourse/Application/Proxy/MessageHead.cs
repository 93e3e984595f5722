using System.Buffers;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>
/// The head of an HTTP/1 message: the three parts of its start line and its header fields (RFC 9112, sections 2 to 5). Read strictly: what two
/// readers could take in two ways is not taken at all, because a proxy and an origin are two readers.
/// </summary>
/// <param name="First">The method of a request, or the version of a response.</param>
/// <param name="Second">The target of a request, or the status code of a response.</param>
/// <param name="Third">The version of a request, or the reason phrase of a response, which may be empty.</param>
/// <param name="Fields">The header fields in their order, without white space around the values.</param>
internal sealed record MessageHead(string First, string Second, string Third, IReadOnlyList<(string Name, string Value)> Fields)
{
    private const int MostFields = 200;

    private static readonly SearchValues<byte> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>The values of all fields of a name, in their order.</summary>
    public IEnumerable<string> All(string name) => Fields.Where(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value);

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">All of it: the lines, each with its CR LF, and the empty line that ends them.</param>
    /// <exception cref="FormatException">It is none; the message names the bytes that are wrong, and where they are.</exception>
    public static MessageHead Parse(ReadOnlySpan<byte> bytes)
    {
        var offset = 0;
        var startLine = NextLine(bytes, ref offset);
        var (first, second) = (startLine.IndexOf((byte)' '), -1);
        if (first > 0)
        {
            second = startLine[(first + 1)..].IndexOf((byte)' ');
        }

        Expect(second > 0, 0, startLine, "a start line has three parts, with a space between them");
        var fields = new List<(string, string)>();
        while (true)
        {
            var at = offset;
            var line = NextLine(bytes, ref offset);
            if (line.Length == 0)
            {
                Expect(offset == bytes.Length, offset, bytes[offset..], "nothing follows the empty line");
                break;
            }

            fields.Add(Field(line, at));
            Expect(fields.Count <= MostFields, at, line, Words.Invariant($"there are no more than {MostFields} fields"));
        }

        return new MessageHead(
            Encoding.Latin1.GetString(startLine[..first]), Encoding.Latin1.GetString(startLine.Slice(first + 1, second)), Encoding.Latin1.GetString(startLine[(first + second + 2)..]), fields);
    }

    private static (string Name, string Value) Field(ReadOnlySpan<byte> line, int at)
    {
        var colon = line.IndexOf((byte)':');
        // No white space before the colon, and no line that goes on with the one before (section 5.1 and 5.2).
        Expect(colon > 0 && line[..colon].IndexOfAnyExcept(Token) < 0, at, line, "a field has a name, which is one word, and a colon directly after it");
        return (Encoding.Latin1.GetString(line[..colon]), Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8)));
    }

    // A line ends with CR LF. A CR or an LF alone ends a line for some readers and not for others (section 2.2); a NUL ends a text for some.
    private static ReadOnlySpan<byte> NextLine(ReadOnlySpan<byte> bytes, ref int offset)
    {
        var rest = bytes[offset..];
        var length = rest.IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
        Expect(length >= 0 && rest[length..].StartsWith("\r\n"u8), offset, rest, "a line ends with CR LF, and has neither of them, nor NUL, before");
        offset += length + 2;
        return rest[..length];
    }

    private static void Expect(bool condition, int offset, ReadOnlySpan<byte> found, string otherwise)
    {
        const int shown = 40;
        if (!condition)
        {
            throw new FormatException(Words.Invariant($"At offset {offset}: {otherwise}; here is '{Octets.Quoted(found, shown)}'."));
        }
    }
}
