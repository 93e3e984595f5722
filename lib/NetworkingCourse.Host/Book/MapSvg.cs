using System.Net;
using System.Text;

namespace NetworkingCourse.Host.Book;

/// <summary>Draws the map of the lessons, below the names of the chapters. Its boxes are links, and say what they need.</summary>
internal static class MapSvg
{
    private const int BoxHeight = 28;

    // So many letters at most fit above a column.
    private const int LineLength = 12;
    private const int LineHeight = 15;

    /// <param name="map">The lessons and what they need.</param>
    /// <param name="chapters">The chapters, one for each column.</param>
    /// <param name="page">The page that shows the map.</param>
    public static string Of(LessonMap map, IReadOnlyList<Chapter> chapters, string page)
    {
        var heads = chapters.Select(chapter => (chapter.Folder, Lines: Lines(chapter.Title))).ToList();
        var head = LineHeight * heads.Max(chapter => chapter.Lines.Count) + 8;
        var box = FormattableString.Invariant($"0 -{head} {map.Width} {map.Height + head}");
        var svg = new StringBuilder($"<svg class=\"map\" viewBox=\"{box}\" ")
            .Add("role=\"group\" aria-label=\"Map of the lessons. The same as a list follows.\">\n")
            .Add("<defs><marker id=\"needed\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" ")
            .Add("orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>\n");
        foreach (var (from, to) in map.Arrows)
        {
            svg.Add($"<path class=\"needs\" d=\"{Curve(from, to)}\" marker-end=\"url(#needed)\"/>\n");
        }

        for (var column = 0; column < heads.Count; column++)
        {
            var middle = LessonMap.ColumnWidth / 2 + column * LessonMap.ColumnWidth;
            var lines = heads[column].Lines.Select((line, row) => FormattableString.Invariant(
                $"<tspan x=\"{middle}\" y=\"{LineHeight * (row + 1) - head}\">") + $"{WebUtility.HtmlEncode(line)}</tspan>");
            svg.Add($"<a href=\"{SitePath.Link(page, SitePath.OfChapter(heads[column].Folder))}\">")
                .Add($"<text class=\"head\">{string.Join(' ', lines)}</text></a>\n");
        }

        foreach (var place in map.Places)
        {
            Append(svg, place, map, page);
        }

        return svg.Add("</svg>\n").ToString();
    }

    private static List<string> Lines(string title)
    {
        var words = title.Split(' ');
        List<string> lines = [words[0]];
        foreach (var word in words.Skip(1))
        {
            if (lines[^1].Length + 1 + word.Length <= LineLength)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    private static void Append(StringBuilder svg, MapPlace place, LessonMap map, string page)
    {
        var needs = map.NeedsOf(place).Select(needed => needed.Label).ToList();
        var words = place.Lesson.Title + (needs.Count == 0 ? "" : $". Needs {string.Join(", ", needs)}");
        var width = Width(place);
        svg.Add($"<a href=\"{SitePath.Link(page, place.Lesson.Page)}\" aria-label=\"{WebUtility.HtmlEncode(words)}\">")
            .Add($"<title>{WebUtility.HtmlEncode(words)}</title>")
            .Add(FormattableString.Invariant($"<rect x=\"{place.X - width / 2}\" y=\"{place.Y - BoxHeight / 2}\" "))
            .Add(FormattableString.Invariant($"width=\"{width}\" height=\"{BoxHeight}\" rx=\"6\"/>"))
            .Add(FormattableString.Invariant($"<text x=\"{place.X}\" y=\"{place.Y + 5}\">"))
            .Add($"{WebUtility.HtmlEncode(place.Label)}</text></a>\n");
    }

    // Past whole columns: down or up beside the first, across between two rows, and on beside the last.
    private static string Detour(MapPlace from, MapPlace to, int direction)
    {
        const int corner = 8;
        var (gutter, gap) = (direction * LessonMap.ColumnWidth / 2, to.Y - LessonMap.RowHeight / 2);
        var (start, end) = (from.X + direction * Width(from) / 2, to.X - direction * Width(to) / 2);
        var (first, last, down) = (from.X + gutter, to.X - gutter, Math.Sign(gap - from.Y));
        return FormattableString.Invariant($"M{start} {from.Y} H{first - direction * corner} ")
            + FormattableString.Invariant($"Q{first} {from.Y} {first} {from.Y + down * corner} ")
            + FormattableString.Invariant($"V{gap - down * corner} Q{first} {gap} {first + direction * corner} {gap} ")
            + FormattableString.Invariant($"H{last - direction * corner} Q{last} {gap} {last} {gap + corner} ")
            + FormattableString.Invariant($"V{to.Y - corner} Q{last} {to.Y} {last + direction * corner} {to.Y} H{end}");
    }

    private static int Width(MapPlace place) => place.Column is null ? 96 : 48;

    private static string Curve(MapPlace from, MapPlace to)
    {
        var (side, half) = (Width(to) / 2, BoxHeight / 2);
        if (from.Column is null)
        {
            return FormattableString.Invariant(
                $"M{from.X} {from.Y + half} C{from.X} {to.Y - 30} {to.X} {from.Y + 30} {to.X} {to.Y - half}");
        }

        if (from.Column != to.Column)
        {
            var direction = Math.Sign(to.X - from.X);
            if (Math.Abs(from.Column.Value - to.Column!.Value) > 1)
            {
                return Detour(from, to, direction);
            }

            var (start, end) = (from.X + direction * side, to.X - direction * side);
            return FormattableString.Invariant(
                $"M{start} {from.Y} C{start + direction * 30} {from.Y} {end - direction * 30} {to.Y} {end} {to.Y}");
        }

        // Past the lessons in between, if there are any.
        var bend = Math.Min(24, (to.Y - from.Y) / 6);
        return to.Y - from.Y <= 2 * BoxHeight
            ? FormattableString.Invariant($"M{from.X} {from.Y + half} V{to.Y - half}")
            : FormattableString.Invariant(
                $"M{from.X + side} {from.Y} C{from.X + side + bend} {from.Y} {to.X + side + bend} {to.Y} {to.X + side} {to.Y}");
    }
}
