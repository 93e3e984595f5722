using System.Xml.Linq;
using NetworkingCourse.Figures;
using static NetworkingCourse.Charts.Svg.Drawing;

namespace NetworkingCourse.Charts.Svg;

/// <summary>A panel's axes and data, in their place on the drawing.</summary>
internal sealed class PlotArea
{
    private const double TickLength = 5;
    private const double AfterTick = 4;
    private const double AxisTitleRow = 22;
    private const double BetweenPanels = 26;
    private const double TitleSize = 14;
    private const double TitleRow = 18;

    /// <summary>The minimum distance between two values that are written along an axis, in pixels.</summary>
    private const double BetweenTexts = 14;

    private const double MinRow = 19;
    private const int MaxTicks = 9;

    private readonly Panel _panel;
    private readonly int _number;
    private readonly bool _repeatsY;
    private readonly (double Left, double Right, double Top, double Bottom) _box;
    private readonly Scale _x;
    private readonly Scale _y;
    private readonly IReadOnlyList<(double Value, string Text)> _ticksOfX;
    private readonly IReadOnlyList<(double Value, string Text)> _ticksOfY;

    private PlotArea(Panel panel, int number, bool repeatsY, double left, double right, double top, double bottom)
    {
        (_panel, _number, _repeatsY) = (panel, number, repeatsY);
        var points = panel.Series.SelectMany(series => series.Points).ToList();
        _y = Scale.Of(panel.Y, points.Select(point => point.Y), bottom, top);
        var rows = (int)Math.Max(2, (bottom - top) / (panel.Y.Names is null ? 2 * MinRow : MinRow));
        _ticksOfY = _y.Ticks(panel.Y.Names is null ? Math.Min(rows, MaxTicks) : rows);
        var beside = (panel.Y.Names is not null && repeatsY ? 0 : WidestOfY + AfterTick) + TickLength;
        _box = (left + beside + (HasTitleOfY ? AxisTitleRow : 0), right, top, bottom);
        _x = Scale.Of(
            panel.X, points.SelectMany(point => new[] { point.X, point.XEnd ?? point.X }), _box.Left, _box.Right);
        _ticksOfX = TicksThatFit(_x);
    }

    /// <summary>The height of what is written below the plot, in pixels.</summary>
    public static double RoomBelow => TickLength + AfterTick + TextSize + AxisTitleRow + 10;

    /// <summary>The area beyond which lines are not drawn.</summary>
    public XElement Clip => Element(
        "clipPath",
        With("id", ClipName),
        Element(
            "rect",
            With("x", _box.Left),
            With("y", _box.Top),
            With("width", _box.Right - _box.Left),
            With("height", _box.Bottom - _box.Top)));

    private string ClipName => FormattableString.Invariant($"panel-{_number}");

    private double WidestOfY => _ticksOfY.Select(tick => WidthOf(tick.Text)).DefaultIfEmpty().Max();

    private bool HasTitleOfY => !_repeatsY && _panel.Y.Label.Length > 0;

    /// <summary>Places the panels of a figure beside each other, with plots of the same width.</summary>
    public static IReadOnlyList<PlotArea> SideBySide(Figure figure, double left, double right, double top, double bottom)
    {
        PlotArea Place(int i, double from, double to) => new(
            figure.Panels[i], i, i > 0 && Layouts.IsAlike(figure.Panels[i].Y, figure.Panels[0].Y), from, to, top, bottom);

        // What is written on the left of a plot does not depend on its place: measure it, then share the rest.
        var count = figure.Panels.Count;
        var beside = Enumerable.Range(0, count).Select(i => Place(i, 0, right)._box.Left).ToList();
        var width = (right - left - beside.Sum() - (count - 1) * BetweenPanels) / count;
        List<PlotArea> placed = [];
        for (var (i, at) = (0, left); i < count; at += beside[i] + width + BetweenPanels, i++)
        {
            placed.Add(Place(i, at, at + beside[i] + width));
        }

        return placed;
    }

    /// <summary>The height of the panels' titles, in pixels.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="width">The width that its panels share.</param>
    public static double RoomAbove(Figure figure, double width)
    {
        var lines = figure.Panels.Max(panel => TitleLines(panel, width / figure.Panels.Count - BetweenPanels).Count);
        return lines == 0 ? 0 : lines * TitleRow + 6;
    }

    /// <summary>
    /// The titles of the horizontal axes: one a panel; or a common one, if they are alike and too long for the panels.
    /// </summary>
    public static IEnumerable<XElement> TitlesOfX(IReadOnlyList<PlotArea> panels)
    {
        var isCommon = panels.Any(panel => WidthOf(panel._panel.X.Label) > panel._box.Right - panel._box.Left + BetweenPanels)
            && panels.All(panel => panel._panel.X.Label == panels[0]._panel.X.Label);
        return isCommon
            ? [panels[0].TitleOfX((panels[0]._box.Left + panels[^1]._box.Right) / 2)]
            : panels.Select(panel => panel.TitleOfX((panel._box.Left + panel._box.Right) / 2));
    }

    /// <summary>The lines and texts of the axes, the title of the vertical one and of the panel, and the grid.</summary>
    public IEnumerable<XElement> Axes()
    {
        var (left, right, top, bottom) = _box;
        var (ticksOfX, ticksOfY) = (Pixels(_x, _ticksOfX), _panel.Y.Names is null ? Pixels(_y, _ticksOfY) : []);
        yield return Line(
            string.Concat(_panel.X.Names is null ? ticksOfX.Select(x => $"M{x} {Number(top)}V{Number(bottom)}") : [])
                + string.Concat(ticksOfY.Select(y => $"M{Number(left)} {y}H{Number(right)}")),
            0.16);
        yield return Line(
            $"M{Number(left)} {Number(top)}V{Number(bottom)}H{Number(right)}"
                + string.Concat(ticksOfX.Select(x => $"M{x} {Number(bottom)}v{Number(TickLength)}"))
                + string.Concat(ticksOfY.Select(y => $"M{Number(left)} {y}h{Number(-TickLength)}")),
            1);
        foreach (var (value, text) in _ticksOfX)
        {
            yield return Text(_x.Nearest(value), bottom + TickLength + AfterTick + TextSize - 3, text, "middle");
        }

        foreach (var (value, text) in _panel.Y.Names is not null && _repeatsY ? [] : _ticksOfY)
        {
            yield return Text(left - TickLength - AfterTick, _y.Nearest(value) + 4.5, text, "end");
        }

        if (HasTitleOfY)
        {
            var (x, y) = (left - TickLength - AfterTick - WidestOfY - 9, (top + bottom) / 2);
            yield return Text(x, y, _panel.Y.Label, "middle", With("transform", $"rotate(-90 {Number(x)} {Number(y)})"));
        }

        foreach (var (i, line) in TitleLines(_panel, right - left).Reverse().Index())
        {
            yield return Text((left + right) / 2, top - 9 - i * TitleRow, line, "middle", With("font-size", TitleSize));
        }
    }

    /// <summary>The marks of the series, the first at the bottom.</summary>
    public IEnumerable<XElement> Data() => _panel.Series.SelectMany(series => Marks.Of(series, _x, _y, $"url(#{ClipName})"));

    private XElement TitleOfX(double middle) => Text(
        middle, _box.Bottom + TickLength + AfterTick + TextSize + AxisTitleRow - 4, _panel.X.Label, "middle");

    private static IReadOnlyList<string> TitleLines(Panel panel, double width) =>
        panel.Title.Length == 0 ? [] : Wrap(panel.Title, width, TitleSize);

    // Fewer and fewer values, until their texts no longer touch.
    private static IReadOnlyList<(double Value, string Text)> TicksThatFit(Scale scale)
    {
        for (var max = MaxTicks; ; max--)
        {
            var ticks = scale.Ticks(max);
            if (max == 2 || ticks.Zip(ticks.Skip(1), (one, next) => IsRoomBetween(scale, one, next)).All(isRoom => isRoom))
            {
                return ticks;
            }
        }
    }

    private static bool IsRoomBetween(Scale scale, (double Value, string Text) one, (double Value, string Text) next) =>
        Math.Abs(scale.Nearest(next.Value) - scale.Nearest(one.Value))
            >= (WidthOf(one.Text) + WidthOf(next.Text)) / 2 + BetweenTexts;

    private static List<string> Pixels(Scale scale, IEnumerable<(double Value, string Text)> ticks) =>
        [.. ticks.Select(tick => Number(scale.Nearest(tick.Value)))];
}
