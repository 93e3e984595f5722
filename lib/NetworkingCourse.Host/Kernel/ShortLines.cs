using System.Text;

namespace NetworkingCourse.Host.Kernel;

/// <summary>Breaks what the kernel says into lines that a notebook's output shows whole: not every front end wraps them.</summary>
internal static class ShortLines
{
    /// <summary>How wide a line is at the most, in characters, unless one word alone is wider.</summary>
    public const int Widest = 100;

    /// <summary>
    /// Text with its long lines broken at spaces. A line that begins with a space is drawn, as an excerpt of code is, and stays.
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
