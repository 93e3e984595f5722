namespace NetworkingCourse.Display;

/// <summary>A line of text as a rectangle, which may be rotated. Used to keep texts from overlapping.</summary>
/// <param name="X">The horizontal position of the centre.</param>
/// <param name="Y">The vertical position of the centre.</param>
/// <param name="Width">The extent along the text.</param>
/// <param name="Height">The extent across the text.</param>
/// <param name="Angle">The rotation in radians, clockwise.</param>
internal readonly record struct TextBox(double X, double Y, double Width, double Height, double Angle = 0)
{
    /// <summary>The font size in pixels.</summary>
    public const double FontSize = 12;

    /// <summary>The height of a line in pixels.</summary>
    public const double LineHeight = 15;

    /// <summary>Estimates the width of a text in pixels: slightly more than a common sans-serif font needs.</summary>
    public static double WidthOf(string text) => FontSize * text.EnumerateRunes().Sum(rune => rune.Value switch
    {
        >= 0x1100 => 1.05,
        'i' or 'j' or 'l' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or 'I' or ' ' => 0.42,
        't' or 'f' or 'r' or '(' or ')' or '/' or '[' or ']' => 0.42,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or '—' or '…' or '→' => 1.02,
        >= 'A' and <= 'Z' => 0.76,
        _ => 0.64,
    });

    /// <summary>Shortens a text to a width; an ellipsis replaces what does not fit.</summary>
    public static string Fit(string text, double width)
    {
        if (WidthOf(text) <= width)
        {
            return text;
        }

        var length = text.Length;
        while (length > 1 && WidthOf(text[..length] + "…") > width)
        {
            length -= char.IsLowSurrogate(text[length - 1]) ? 2 : 1;
        }

        return text[..length].TrimEnd() + "…";
    }

    /// <summary>
    /// Shortens a text to a width by leaving out part of the middle. The end is kept, because that is where addresses differ.
    /// </summary>
    public static string FitEnds(string text, double width)
    {
        const int kept = 11; // enough for a port and the last group of the address
        return WidthOf(text) <= width || text.Length <= 2 * kept ? Fit(text, width)
            : Fit(text[..^kept], width - WidthOf(text[^kept..])) + text[^kept..];
    }

    /// <summary>
    /// Splits a text into two lines of about the same width, if it fits into two lines but not into one; null otherwise.
    /// </summary>
    public static (string First, string Second)? Halves(string text, double width)
    {
        if (WidthOf(text) <= width)
        {
            return null;
        }

        var (best, min) = (((string, string)?)null, double.MaxValue);
        for (var at = text.IndexOf(' '); at > 0; at = text.IndexOf(' ', at + 1))
        {
            var (first, second) = (text[..at], text[(at + 1)..]);
            // Prefers a break after a comma or before a middle dot to one within a phrase.
            var isPause = first.EndsWith(',') || second.StartsWith('·');
            second = second.TrimStart('·', ' ');
            var wider = Math.Max(WidthOf(first), WidthOf(second));
            if (wider <= width && !first.EndsWith('·') && wider + (isPause ? 0 : 6 * FontSize) < min)
            {
                (best, min) = ((first, second), wider + (isPause ? 0 : 6 * FontSize));
            }
        }

        return best;
    }

    /// <summary>Whether two rectangles overlap, that is, whether no line separates them (separating axis theorem).</summary>
    public bool Overlaps(TextBox other)
    {
        var (dx, dy) = (other.X - X, other.Y - Y);
        foreach (var angle in (ReadOnlySpan<double>)[Angle, Angle + Math.PI / 2, other.Angle, other.Angle + Math.PI / 2])
        {
            var distance = Math.Abs(dx * Math.Cos(angle) + dy * Math.Sin(angle));
            if (distance >= Reach(angle) + other.Reach(angle))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the line from one point to another crosses this rectangle.</summary>
    public bool IsCrossedBy((double X, double Y) from, (double X, double Y) to) => Covers(from, to) is not null;

    /// <summary>
    /// The part of the line from one point to another that this rectangle covers, as shares of its length; null if none.
    /// </summary>
    public (double From, double To)? Covers((double X, double Y) from, (double X, double Y) to)
    {
        var (fromX, fromY) = Turned(from);
        var (toX, toY) = Turned(to);
        var (enter, leave) = (0.0, 1.0);
        return Clip(fromX, toX - fromX, Width / 2, ref enter, ref leave)
            && Clip(fromY, toY - fromY, Height / 2, ref enter, ref leave)
            ? (enter, leave)
            : null;
    }

    /// <summary>The parts of a line that no text covers: lines are interrupted where a text stands.</summary>
    public static IEnumerable<((double X, double Y) From, (double X, double Y) To)> Uncovered(
        (double X, double Y) from, (double X, double Y) to, IEnumerable<TextBox> texts)
    {
        (double X, double Y) At(double share) => (from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y));
        var done = 0.0;
        foreach (var covered in texts
            .Select(text => text.Covers(from, to))
            .OfType<(double From, double To)>()
            .OrderBy(covered => covered.From))
        {
            if (covered.From > done)
            {
                yield return (At(done), At(covered.From));
            }

            done = Math.Max(done, covered.To);
        }

        if (done < 1)
        {
            yield return (At(done), to);
        }
    }

    private double Reach(double angle) =>
        Width / 2 * Math.Abs(Math.Cos(angle - Angle)) + Height / 2 * Math.Abs(Math.Sin(angle - Angle));

    private (double X, double Y) Turned((double X, double Y) point)
    {
        var (dx, dy) = (point.X - X, point.Y - Y);
        return (dx * Math.Cos(Angle) + dy * Math.Sin(Angle), dy * Math.Cos(Angle) - dx * Math.Sin(Angle));
    }

    // Liang–Barsky line clipping: keeps the part of the line between -half and +half.
    private static bool Clip(double start, double step, double half, ref double enter, ref double leave)
    {
        if (step == 0)
        {
            return Math.Abs(start) < half;
        }

        var (one, other) = ((-half - start) / step, (half - start) / step);
        enter = Math.Max(enter, Math.Min(one, other));
        leave = Math.Min(leave, Math.Max(one, other));
        return enter < leave;
    }
}
