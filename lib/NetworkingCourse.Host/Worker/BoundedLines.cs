using System.Text;

namespace NetworkingCourse.Host.Worker;

/// <summary>Reads the lines of a process's output, which may be longer than there is memory.</summary>
internal static class BoundedLines
{
    /// <summary>Reads until the output ends, or until there is too much of it.</summary>
    /// <param name="output">The output.</param>
    /// <param name="max">The number of characters to read.</param>
    /// <param name="take">Called with each line.</param>
    /// <returns>Whether the output ended before there was too much of it.</returns>
    public static async Task<bool> ReadAsync(StreamReader output, long max, Action<string> take)
    {
        var (buffer, line, read) = (new char[16_384], new StringBuilder(), 0L);
        while (await output.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            read += count;
            if (read > max)
            {
                return false;
            }

            foreach (var piece in Pieces(buffer.AsSpan(0, count), line))
            {
                take(piece);
            }
        }

        if (line.Length > 0)
        {
            take(line.ToString());
        }

        return true;
    }

    // The lines that end in the text. What follows the last of them stays in the builder.
    private static List<string> Pieces(ReadOnlySpan<char> text, StringBuilder line)
    {
        var lines = new List<string>();
        for (var end = text.IndexOf('\n'); end >= 0; text = text[(end + 1)..], end = text.IndexOf('\n'))
        {
            line.Append(text[..end]);
            if (line.Length > 0 && line[^1] == '\r')
            {
                line.Length--;
            }

            lines.Add(line.ToString());
            line.Clear();
        }

        line.Append(text);
        return lines;
    }
}
