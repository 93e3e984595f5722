using System.Buffers;

namespace NetworkingCourse.Application;

/// <summary>
/// Chunk extensions, which may follow the size of a chunk: <c>;name</c> or <c>;name=value</c>, any number of times (RFC 9112,
/// section 7.1.1). Recipients check their syntax and ignore their content.
/// </summary>
internal static class HttpChunkExtensions
{
    // qdtext and quoted-pair (RFC 9110, section 5.6.4).
    private static readonly SearchValues<byte> Quoted =
        SearchValues.Create([(byte)'\t', (byte)' ', (byte)'!', .. Range(0x23, 0x5B), .. Range(0x5D, 0x7E), .. Range(0x80, 0xFF)]);

    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([(byte)'\t', .. Range(0x20, 0x7E), .. Range(0x80, 0xFF)]);

    /// <summary>
    /// Tells whether the whole text is a list of extensions. White space around <c>;</c> and <c>=</c> is bad, but recipients must
    /// accept it (RFC 9110, section 5.6.3).
    /// </summary>
    public static bool AreValid(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (SkipWhite(text) is not [(byte)';', .. var name] || !TryTakeToken(SkipWhite(name), out text))
            {
                return false;
            }

            if (SkipWhite(text) is [(byte)'=', .. var value] && !TryTakeValue(SkipWhite(value), out text))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryTakeValue(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest) =>
        text is [(byte)'"', .. var quoted] ? TryTakeQuoted(quoted, out rest) : TryTakeToken(text, out rest);

    private static bool TryTakeToken(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        var end = text.IndexOfAnyExcept(HttpStartLine.Token);
        rest = end < 0 ? [] : text[end..];
        return rest.Length < text.Length;
    }

    // Reads up to the closing quote. A backslash escapes the next character.
    private static bool TryTakeQuoted(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        rest = text;
        while (true)
        {
            var end = rest.IndexOfAnyExcept(Quoted);
            switch (end < 0 ? [] : rest[end..])
            {
                case [(byte)'"', .. var after]:
                    rest = after;
                    return true;
                case [(byte)'\\', var escaped, .. var after] when Escaped.Contains(escaped):
                    rest = after;
                    break;
                default:
                    return false;
            }
        }
    }

    private static ReadOnlySpan<byte> SkipWhite(ReadOnlySpan<byte> text) => text.TrimStart(" \t"u8);

    private static IEnumerable<byte> Range(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(value => (byte)value);
}
