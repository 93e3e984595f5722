namespace NetworkingCourse.Network;

/// <summary>A word of a zone file.</summary>
/// <param name="Text">The word, without its quotes. A backslash and what follows it are still in it: what they mean, names and texts know.</param>
/// <param name="IsQuoted">Whether it stood in quotes, where it has no special meaning.</param>
internal readonly record struct ZoneWord(string Text, bool IsQuoted = false);

/// <summary>A line of a zone file, or several that brackets make one.</summary>
/// <param name="Number">Which, counted from 1.</param>
/// <param name="BeginsWithSpace">Whether its first word does not stand at the margin.</param>
/// <param name="Words">Its words, without comments; at least one.</param>
internal sealed record ZoneLine(int Number, bool BeginsWithSpace, IReadOnlyList<ZoneWord> Words)
{
    /// <summary>The lines that are not empty.</summary>
    /// <exception cref="FormatException">A quote or a bracket is not closed; the message names the line.</exception>
    public static IEnumerable<ZoneLine> Split(string text)
    {
        var (words, number, first, beginsWithSpace, depth) = (new List<ZoneWord>(), 0, 0, false, 0);
        // Only these end a line. .NET's own methods know more line ends, which may be part of a text.
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
            throw new FormatException(FormattableString.Invariant($"Line {first}: a bracket is opened and never closed; expected is ')'."));
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
                    (depth, i) = (depth > 0 ? depth - 1 : throw new FormatException(FormattableString.Invariant($"Line {number}: a bracket is closed that was not opened.")), i + 1);
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
                $"Line {number}: a text has no quote at its end; expected is '\"'."));
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

/// <summary>The words after a record's type, taken one by one.</summary>
/// <param name="type">The type.</param>
/// <param name="words">The words.</param>
internal sealed class ZoneWords(DnsType type, Queue<ZoneWord> words)
{
    public ZoneWord Next(string expected) => words.TryDequeue(out var word)
        ? word
        : throw new FormatException($"the line ends too early; expected after {type.Text()} is {expected}.");

    /// <summary>Whether the data are written in the generic form (RFC 3597, section 5).</summary>
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
            throw new FormatException($"after the data of {type.Text()} stands '{word.Text}'; expected is the end of the line.");
        }
    }
}
