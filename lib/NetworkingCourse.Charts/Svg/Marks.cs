using System.Text;
using System.Xml.Linq;
using NetworkingCourse.Figures;
using static NetworkingCourse.Charts.MarkSizes;
using static NetworkingCourse.Charts.Svg.Drawing;

namespace NetworkingCourse.Charts.Svg;

/// <summary>Draws the points of a series, each kind of mark in one or two elements, so that the drawing stays small.</summary>
internal static class Marks
{
    /// <summary>The width of a bar, as a share of the distance to the next one.</summary>
    private const double BarWidth = 0.65;

    private const double SymbolRadius = 4.5;
    private const double GuessRadius = 9;

    /// <summary>The elements that show a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="x">The scale of the horizontal axis.</param>
    /// <param name="y">The scale of the vertical axis.</param>
    /// <param name="clip">The reference to the area beyond which lines are not drawn.</param>
    public static IEnumerable<XElement> Of(Series series, Scale x, Scale y, string clip)
    {
        var look = Palette.Of(series.Style);
        return series.Mark switch
        {
            Mark.Bars => [Shape(look, Bars(series, x, y), series.Hatched)],
            Mark.Spans => [Shape(look, Spans(series, x, y), series.Hatched)],
            Mark.Ticks => [Ticks(series, look, x, y)],
            Mark.Line => [Line(series, look, x, y, clip)],
            Mark.LineAndPoints => [Line(series, look, x, y, clip), Points(series, look, x, y)],
            _ => [Points(series, look, x, y)],
        };
    }

    /// <summary>The mark that stands for a series in the legend.</summary>
    /// <param name="series">The series.</param>
    /// <param name="left">The pixel from the left at which it begins.</param>
    /// <param name="middle">The pixel of its middle from the top.</param>
    /// <param name="width">Its width in pixels.</param>
    public static IEnumerable<XElement> Sample(Series series, double left, double middle, double width)
    {
        var look = Palette.Of(series.Style);
        var right = left + width;
        var centre = (left + right) / 2;
        var line = FormattableString.Invariant($"M{left:0.#} {middle:0.#}H{right:0.#}");
        var symbol = Symbols.Path(look.Symbol, centre, middle, series.Role == Role.Guessed ? 7 : SymbolRadius);
        return series.Mark switch
        {
            Mark.Bars or Mark.Spans => [Shape(look, Box(left + 4, middle - 6, width - 8, 12), series.Hatched)],
            Mark.Ticks when AreTicksVertical(series) =>
                [Stroke(FormattableString.Invariant($"M{centre:0.#} {middle - 7:0.#}v14"), look, TickThickness, null)],
            Mark.Ticks => [Stroke(line, look, TickThickness, null)],
            Mark.Line => [Stroke(line, look, LineThickness(series), Dash(series, look))],
            Mark.LineAndPoints => [Stroke(line, look, LineThickness(series), Dash(series, look)), Symbol(series, look, symbol)],
            _ => [Symbol(series, look, symbol)],
        };
    }

    /// <summary>The pattern of a series that is hatched.</summary>
    public static XElement Hatching(Palette.Look look) => Element(
        "pattern",
        With("id", HatchingName(look)),
        With("width", 7.0),
        With("height", 7.0),
        With("patternUnits", "userSpaceOnUse"),
        Element("path", With("d", "M-1 8 8 -1M-1 1 1 -1M6 8 8 6"), With("stroke-width", 1.6), Outlined(look)));

    private static string Bars(Series series, Scale x, Scale y)
    {
        var places = series.Points.Select(point => point.X).Distinct().Order().ToList();
        var distance = places.Zip(places.Skip(1), (one, next) => next - one).DefaultIfEmpty(1).Min();
        var width = x.Unit * distance * BarWidth;
        var ground = y.Nearest(0);
        return Joined(series, point => x.At(point.X) is { } at && y.Nearest(point.Y) is var top
            ? Box(at - width / 2, Math.Min(top, ground), width, Math.Abs(ground - top))
            : "");
    }

    private static string Spans(Series series, Scale x, Scale y) => Joined(series, point =>
    {
        var (from, until, height) = (x.Nearest(point.X), x.Nearest(point.XEnd ?? point.X), y.Unit * SpanHeight);
        return y.At(point.Y) is { } at ? Box(from, at - height / 2, until - from, height) : "";
    });

    private static XElement Ticks(Series series, Palette.Look look, Scale x, Scale y)
    {
        var mark = AreTicksVertical(series)
            ? FormattableString.Invariant($"m0 {-TickLength / 2}v{TickLength}")
            : FormattableString.Invariant($"m{-TickLength / 2} 0h{TickLength}");
        return Stroke(At(series, x, y, (left, top) => $"M{Number(left)} {Number(top)}{mark}"), look, TickThickness, null);
    }

    private static XElement Line(Series series, Palette.Look look, Scale x, Scale y, string clip)
    {
        var path = new StringBuilder();
        var last = "";
        foreach (var point in series.Points)
        {
            // A value that the scale has no place for leaves a gap.
            if (!double.IsFinite(point.Y) || x.Beyond(point.X) is not { } left || y.Beyond(point.Y) is not { } top)
            {
                last = "";
                continue;
            }

            var place = $"{Number(left)} {Number(top)}";
            if (place != last)
            {
                path.Append(last.Length == 0 ? 'M' : 'L').Append(place);
            }

            last = place;
        }

        var line = Stroke(path.ToString(), look, LineThickness(series), Dash(series, look));
        line.Add(With("clip-path", clip));
        return line;
    }

    private static XElement Points(Series series, Palette.Look look, Scale x, Scale y)
    {
        var radius = series.Role == Role.Guessed ? GuessRadius : SymbolRadius;
        return Symbol(series, look, At(series, x, y, (left, top) => Symbols.Path(look.Symbol, left, top, radius)));
    }

    private static string At(Series series, Scale x, Scale y, Func<double, double, string> mark) => Joined(
        series, point => x.At(point.X) is { } left && y.At(point.Y) is { } top ? mark(left, top) : "");

    // Points that fall on the same pixels are drawn once.
    private static string Joined(Series series, Func<Point, string> mark) =>
        string.Concat(series.Points.Select(mark).Distinct());

    private static XElement Symbol(Series series, Palette.Look look, string path) => Element(
        "path", With("d", path), series.Role == Role.Guessed ? GuessLook(look) : Filled(look));

    private static IEnumerable<XAttribute> GuessLook(Palette.Look look) =>
        look.IsInk ? Filled(look) : Filled(look).Concat(SetOff());

    private static XElement Shape(Palette.Look look, string path, bool hatched) => Element(
        "path",
        With("d", path),
        hatched ? With("fill", $"url(#{HatchingName(look)})") : Filled(look),
        hatched ? Outlined(look) : null);

    private static XElement Stroke(string path, Palette.Look look, double width, string? dash) => Element(
        "path",
        With("d", path),
        With("fill", "none"),
        With("stroke-width", width),
        With("stroke-linejoin", "round"),
        dash is null ? null : With("stroke-dasharray", dash),
        Outlined(look));

    private static string Box(double left, double top, double width, double height) =>
        $"M{Number(left)} {Number(top)}h{Number(width)}v{Number(height)}h{Number(-width)}z";

    private static string? Dash(Series series, Palette.Look look) =>
        IsDashed(series) ? look.Dash.Replace("px", "", StringComparison.Ordinal) : null;

    private static string HatchingName(Palette.Look look) => "hatching-" + look.Symbol;
}
