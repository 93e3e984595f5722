namespace NetworkingCourse.Network;

/// <summary>A word of a zone file.</summary>
/// <param name="Text">
/// The word, without its quotes. Backslashes are kept: the parsers of names and strings interpret them.
/// </param>
/// <param name="IsQuoted">Whether the word was quoted, which removes any special meaning.</param>
internal readonly record struct ZoneWord(string Text, bool IsQuoted = false);

/// <summary>A line of a zone file, or several lines joined by parentheses.</summary>
/// <param name="Number">The number of the line, counted from 1.</param>
/// <param name="BeginsWithSpace">Whether the line begins with white space.</param>
/// <param name="Words">The words, without comments; at least one.</param>
internal sealed record ZoneLine(int Number, bool BeginsWithSpace, IReadOnlyList<ZoneWord> Words)
{
    /// <summary>Splits a zone file into its non-empty lines.</summary>
    /// <exception cref="FormatException">
    /// A quote or parenthesis is not closed, or a parenthesis not opened; the exception's text names the line.
    /// </exception>
    public static IEnumerable<ZoneLine> Split(string text)
    {
        var (words, number, first, beginsWithSpace, depth) = (new List<ZoneWord>(), 0, 0, false, 0);
        // Only these characters end a line. .NET's own methods know others, which may be part of a string.
        foreach (var line in text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r'))
        {
            number++;
            if (words.Count == 0 && depth == 0)
            {
                (first, beginsWithSpace) = (number, line is [' ' or '\t', ..]);
            }

            depth = Take(line, words, depth, number);
            if (depth == 0 && words.Count > 0)
            {
                yield return new ZoneLine(first, beginsWithSpace, words);
                words = [];
            }
        }

        if (depth > 0)
        {
            throw new FormatException(FormattableString.Invariant(
                $"Line {first}: a parenthesis is opened but never closed; expected ')'."));
        }
    }

    private static int Take(string line, List<ZoneWord> words, int depth, int number)
    {
        for (var i = 0; i < line.Length && line[i] != ';';)
        {
            switch (line[i])
            {
                case '(':
                    (depth, i) = (depth + 1, i + 1);
                    break;
                case ')':
                    (depth, i) = (
                        depth > 0
                            ? depth - 1
                            : throw new FormatException(FormattableString.Invariant(
                                $"Line {number}: a parenthesis is closed but was never opened.")),
                        i + 1);
                    break;
                case '"':
                    words.Add(Quoted(line, ref i, number));
                    break;
                case ' ' or '\t':
                    i++;
                    break;
                default:
                    words.Add(Plain(line, ref i));
                    break;
            }
        }

        return depth;
    }

    private static ZoneWord Quoted(string line, ref int at, int number)
    {
        var start = ++at;
        while (at < line.Length && line[at] != '"')
        {
            at += line[at] == '\\' ? 2 : 1;
        }

        return at < line.Length
            ? new ZoneWord(line[start..at++], IsQuoted: true)
            : throw new FormatException(FormattableString.Invariant(
                $"Line {number}: a string has no closing quote; expected '\"'."));
    }

    private static ZoneWord Plain(string line, ref int at)
    {
        var start = at;
        while (at < line.Length && line[at] is not (' ' or '\t' or ';' or '(' or ')' or '"'))
        {
            at += line[at] == '\\' && at + 1 < line.Length ? 2 : 1;
        }

        return new ZoneWord(line[start..at]);
    }
}

/// <summary>The words after a record's type, consumed one by one.</summary>
/// <param name="type">The type of the record.</param>
/// <param name="words">The words.</param>
internal sealed class ZoneWords(DnsType type, Queue<ZoneWord> words)
{
    public ZoneWord Next(string expected) => words.TryDequeue(out var word)
        ? word
        : throw new FormatException($"the line ends too early; expected after {type.Text()}: {expected}.");

    /// <summary>Whether the data is written in the generic form (RFC 3597, section 5).</summary>
    public bool IsGeneric => words.TryPeek(out var word) && word is { Text: "\\#", IsQuoted: false };

    public List<ZoneWord> Rest(string expected) => [Next(expected), .. Rest()];

    public List<ZoneWord> Rest()
    {
        List<ZoneWord> rest = [.. words];
        words.Clear();
        return rest;
    }

    public void RequireEnd()
    {
        if (words.TryPeek(out var word))
        {
            throw new FormatException(
                $"the data of {type.Text()} is followed by '{word.Text}'; expected the end of the line.");
        }
    }
}
