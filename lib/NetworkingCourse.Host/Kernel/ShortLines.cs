using System.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Breaks the kernel's messages into lines that fit a notebook's output: not every front end wraps lines.</summary>
internal static class ShortLines
{
    /// <summary>The maximum width of a line in characters, unless a single word is wider.</summary>
    public const int Widest = 100;

    /// <summary>
    /// Breaks long lines at spaces. A line that begins with a space is preformatted, like a code excerpt, and stays as it is.
    /// </summary>
    public static string Of(string text) =>
        string.Join('\n', text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(Broken));

    private static string Broken(string line)
    {
        if (line.Length <= Widest || line.StartsWith(' '))
        {
            return line;
        }

        var (broken, width) = (new StringBuilder(), 0);
        foreach (var word in line.Split(' '))
        {
            var fits = width + 1 + word.Length <= Widest;
            broken.Append(width == 0 ? "" : fits ? " " : "\n").Append(word);
            width = width == 0 || !fits ? word.Length : width + 1 + word.Length;
        }

        return broken.ToString();
    }
}
