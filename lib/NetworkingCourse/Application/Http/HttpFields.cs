using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Application;

/// <summary>The header and trailer fields of a message, collected line by line (RFC 9112, section 5).</summary>
internal sealed class HttpFields(HttpRules rules)
{
    // Fields about the framing and the routing of a message come too late in its trailers (RFC 9110, section 6.5.1).
    private static readonly string[] NoTrailers = ["Content-Length", "Transfer-Encoding", "Host", "Trailer"];

    private readonly List<(string Name, string Value)> _header = [];
    private readonly List<(string Name, string Value)> _trailers = [];
    private readonly List<(string Name, int Offset)> _places = [];
    private int _bytes;

    public IReadOnlyList<(string Name, string Value)> Header => _header;

    public IReadOnlyList<(string Name, string Value)> Trailers => _trailers;

    /// <summary>Returns the values of a header field, in order.</summary>
    public List<string> All(string name) =>
    [
        .. _header.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value),
    ];

    /// <summary>Returns the offset at which the first field of this name begins.</summary>
    public int Place(string name) =>
        _places.First(place => place.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Offset;

    public static bool HasControl(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyInRange((byte)0, (byte)8) >= 0
        || text.IndexOfAnyInRange((byte)10, (byte)31) >= 0
        || text.Contains((byte)127);

    public void Add(ReadOnlySpan<byte> line, int at, bool isTrailer, List<ByteField> parts)
    {
        _bytes += line.Length;
        if (_bytes > rules.Limits.Fields)
        {
            throw TooMany(InvariantText.Format($"fields of more than {rules.Limits.Fields:N0} bytes"), at, line);
        }

        if (HasControl(line))
        {
            throw new HttpFormatException("a field has a control character", at, line);
        }

        var list = isTrailer ? _trailers : _header;
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            Fold(list, line, at, parts);
            return;
        }

        if (_header.Count + _trailers.Count == rules.Limits.FieldCount)
        {
            throw TooMany(InvariantText.Format($"more than {rules.Limits.FieldCount} fields"), at, line);
        }

        var colon = line.IndexOf((byte)':');
        var name = line[..Math.Max(colon, 0)];
        name = rules.SpaceBeforeColon ? name.TrimEnd(" \t"u8) : name;
        if (name.Length == 0 || name.IndexOfAnyExcept(HttpStartLine.Token) >= 0)
        {
            throw new HttpFormatException(
                colon < 0 ? "a field without a colon" : "a field's name is one word, with the colon directly after it", at, line);
        }

        var value = line[(colon + 1)..].Trim(" \t"u8);
        var field = (Name: Encoding.Latin1.GetString(name), Value: Encoding.Latin1.GetString(value));
        if (isTrailer && NoTrailers.Contains(field.Name, StringComparer.OrdinalIgnoreCase))
        {
            throw new HttpFormatException($"{field.Name} among the trailers", at, line);
        }

        list.Add(field);
        _places.Add((field.Name, at));
        parts.Add(new ByteField(at, line.Length, field.Name, field.Value, isTrailer ? "a trailer" : ""));
    }

    // RFC 6585, section 5.
    private static HttpFormatException TooMany(string reason, int at, ReadOnlySpan<byte> line) =>
        new(reason, at, line) { Status = 431 };

    private void Fold(List<(string Name, string Value)> list, ReadOnlySpan<byte> line, int at, List<ByteField> parts)
    {
        if (!rules.FoldedLines || list.Count == 0)
        {
            throw new HttpFormatException("a line of the header begins with white space", at, line);
        }

        var more = Encoding.Latin1.GetString(line.Trim(" \t"u8));
        list[^1] = (list[^1].Name, $"{list[^1].Value} {more}".Trim(' '));
        parts.Add(new ByteField(at, line.Length, "folded line", more, "continues the previous field"));
    }
}
