using System.Text;

namespace NetworkingCourse.Application;

/// <summary>TEMPORARY: the head of a message, until the chapter's reader is here.</summary>
internal sealed record MessageHead(string First, string Second, string Third, IReadOnlyList<(string Name, string Value)> Fields)
{
    public IEnumerable<string> All(string name) => Fields.Where(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value);

    public static MessageHead Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n")[..^2];
        var start = lines[0].Split(' ', 3);
        if (start.Length != 3 || lines.Any(line => line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0))
        {
            throw new FormatException("the start line has not three parts, or a line ends with something else than CR LF");
        }

        return new MessageHead(start[0], start[1], start[2], [.. lines.Skip(1).Select(Field)]);
    }

    private static (string, string) Field(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || line.AsSpan(0, colon).IndexOfAnyExcept(Token) >= 0)
        {
            throw new FormatException($"this is no header field: {line}");
        }

        return (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
    }

    private static readonly System.Buffers.SearchValues<char> Token =
        System.Buffers.SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
