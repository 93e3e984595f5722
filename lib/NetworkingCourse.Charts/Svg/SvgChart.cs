using System.Xml.Linq;
using NetworkingCourse.Figures;
using static NetworkingCourse.Charts.Svg.Drawing;

namespace NetworkingCourse.Charts.Svg;

/// <summary>
/// Draws a figure as a file of its own (SVG 1.1), without a browser: for slides, documents and pages without scripts. It has the
/// colours of a light page and, in programs that ask the system, those of a dark one.
/// </summary>
internal static class SvgChart
{
    private const double Width = 860;
    private const double Margin = 20;
    private const double TitleSize = 17;
    private const double TitleLine = 23;
    private const double NoteSize = 11;
    private const double NoteLine = 24;

    /// <summary>Draws a figure. Its plots are as high as those of the interactive chart.</summary>
    public static string Of(Figure original)
    {
        var figure = Palette.WithOwnDashes(original);
        var title = Wrap(figure.Title, Width - 2 * Margin, TitleSize * 1.07);
        var top = Margin + title.Count * TitleLine + PlotArea.RoomAbove(figure, Width - 2 * Margin);
        var bottom = top + Layouts.PlotHeight(figure);
        var panels = PlotArea.SideBySide(figure, Margin, Width - Margin, top, bottom);
        var legend = new Legend(figure, Margin, Width - Margin, bottom + PlotArea.RoomBelow);
        var height = legend.Bottom + NoteLine + 8;
        var svg = Element(
            "svg",
            With("viewBox", $"0 0 {Number(Width)} {Number(height)}"),
            With("width", Width),
            With("height", height),
            With("font-family", "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"),
            With("font-size", TextSize),
            With("role", "img"),
            Element("title", figure.Title),
            Element("desc", figure.Caption),
            DarkPage,
            Element("defs", panels.Select(panel => panel.Clip), Hatchings(figure)),
            Paper(Width, height),
            title.Select((line, i) => Text(
                Margin, Margin + TitleSize + i * TitleLine - 3, line, "start",
                With("font-size", TitleSize), With("font-weight", "600"))),
            panels.Select(panel => panel.Axes()),
            PlotArea.TitlesOfX(panels),
            panels.Select(panel => panel.Data()),
            legend.Elements(),
            Text(Margin, height - 14, figure.Made.ToString(), "start", With("font-size", NoteSize), With("opacity", "0.8")));
        return svg.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static IEnumerable<XElement> Hatchings(Figure figure) => figure.Panels
        .SelectMany(panel => panel.Series)
        .Where(series => series.Hatched)
        .Select(series => Palette.Of(series.Style))
        .Distinct()
        .Select(Marks.Hatching);
}
