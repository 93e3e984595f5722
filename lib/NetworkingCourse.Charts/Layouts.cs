using System.Globalization;
using NetworkingCourse.Figures;
using Plotly.NET;
using static NetworkingCourse.Charts.DynamicObjects;
using Figure = NetworkingCourse.Figures.Figure;

namespace NetworkingCourse.Charts;

/// <summary>Lays out the axes, titles and legend of a figure, with its panels side by side.</summary>
internal static class Layouts
{
    private const double Gap = 0.08;
    private const double GapForTitle = 0.14;
    private const int MaxTicksOfNarrowPanel = 6;
    private const int RoomForToolbar = 42;
    private const int RoomForTitles = 60;
    private const int RoomForPanelTitles = 85;
    private const int LegendWidth = 690;

    /// <summary>From the bottom of the plots to the legend, in pixels: ticks and the title of the axis stand between.</summary>
    private const int LegendDistance = 83;

    private const int LegendRow = 30;
    private const int BelowLegend = 8;
    private const int MaxNamedRows = 40;
    private const int MaxSingleTicks = 20;

    public static Layout Of(Figure figure)
    {
        // plotly.js places the legend by shares of the plots' height. With less room below than the legend needs, it would make
        // the plots lower and so move the legend up, onto the titles of the axes.
        var above = figure.Panels.Any(panel => panel.Title.Length > 0) ? RoomForPanelTitles : RoomForTitles;
        var below = LegendDistance + LegendRows(figure) * LegendRow + BelowLegend;
        var layout = new Layout()
            .With("title", Object()
                .With("text", $"<b>{figure.Title}</b>")
                .With("x", 0)
                .With("xanchor", "left")
                .With("xref", "paper")
                .With("font", Object().With("size", 17)))
            .With("paper_bgcolor", "rgba(0,0,0,0)")
            .With("plot_bgcolor", "rgba(0,0,0,0)")
            .With("font", Object().With("family", "system-ui, sans-serif").With("size", 13))
            .With("margin", Object()
                .With("l", 70)
                .With("r", RoomForToolbar)
                .With("t", above)
                .With("b", below))
            // Vertical, in the margin: along the top it would cover the end of a long title.
            .With("modebar", Object().With("bgcolor", "rgba(0,0,0,0)").With("orientation", "v"))
            .With("height", above + PlotHeight(figure) + below)
            .With("barmode", "overlay")
            .With("bargap", 0.35)
            .With("hovermode", "closest")
            .With("legend", Object()
                .With("orientation", "h")
                .With("x", 0)
                .With("y", (double)-LegendDistance / PlotHeight(figure))
                .With("yanchor", "top"));
        // A panel with a scale of its own has that scale's title on its left, where it would cover the neighbouring panel's plot.
        var gap = figure.Panels.All(panel => IsAlike(panel.Y, figure.Panels[0].Y)) ? Gap : GapForTitle;
        var width = (1 - gap * (figure.Panels.Count - 1)) / figure.Panels.Count;
        var maxTicks = figure.Panels.Count > 1 ? MaxTicksOfNarrowPanel : int.MaxValue;
        var titles = new List<DynamicObj.DynamicObj>();
        for (var i = 0; i < figure.Panels.Count; i++)
        {
            var panel = figure.Panels[i];
            var begin = i * (width + gap);
            var repeats = i > 0 && IsAlike(panel.Y, figure.Panels[0].Y);
            layout.With(Name("xaxis", i), Axis(
                    panel.X,
                    panel.Series.SelectMany(s => s.Points).SelectMany(p => p.XEnd is { } end ? [p.X, end] : new[] { p.X }),
                    maxTicks)
                .With("domain", new[] { begin, begin + width })
                .With("anchor", Reference("y", i)));
            layout.With(Name("yaxis", i), Axis(
                    repeats ? panel.Y with { Title = "", Unit = "" } : panel.Y,
                    panel.Series.SelectMany(s => s.Points).Select(p => p.Y),
                    int.MaxValue)
                .With("anchor", Reference("x", i))
                .With("showticklabels", !repeats || panel.Y.Names is null));
            titles.Add(Object()
                .With("text", panel.Title)
                .With("showarrow", false)
                .With("xref", "paper")
                .With("yref", "paper")
                .With("x", begin + width / 2)
                .With("y", 1)
                .With("xanchor", "center")
                .With("yanchor", "bottom")
                .With("font", Object().With("size", 14)));
        }

        return layout.With("annotations", titles.Where((_, i) => figure.Panels[i].Title.Length > 0).ToArray());
    }

    // Lists compare by reference, so compare the names one by one.
    internal static bool IsAlike(Axis one, Axis other) =>
        one with { Names = null } == other with { Names = null } && (one.Names ?? []).SequenceEqual(other.Names ?? []);

    /// <summary>The name by which a plotly.js trace refers to the axis of a panel: x, x2, x3.</summary>
    public static string Reference(string letter, int panel) =>
        panel == 0 ? letter : letter + (panel + 1).ToString(CultureInfo.InvariantCulture);

    private static string Name(string axis, int panel) => Reference(axis, panel);

    /// <summary>The height of a figure's plots, in pixels.</summary>
    internal static int PlotHeight(Figure figure)
    {
        var rows = figure.Panels.Max(panel => panel.Y.Names?.Count ?? 0);
        return rows == 0 ? 255 : Math.Clamp(15 + 30 * rows, 125, 825);
    }

    // The number of rows that the legend takes at the width of a notebook.
    private static int LegendRows(Figure figure)
    {
        var (rows, used) = (1, 0.0);
        foreach (var name in figure.Panels.SelectMany(panel => panel.Series).Select(series => series.Name).Distinct())
        {
            var entry = 45 + 7.2 * name.Length;
            (rows, used) = used > 0 && used + entry > LegendWidth ? (rows + 1, entry) : (rows, used + entry);
        }

        return rows;
    }

    private static DynamicObj.DynamicObj Axis(Axis axis, IEnumerable<double> values, int maxTicks)
    {
        var result = Object()
            .With("title", Object().With("text", axis.Label))
            .With("automargin", true)
            .With("showline", true)
            .With("zeroline", false)
            .With("ticks", "outside")
            .With("separatethousands", true);
        if (axis.Names is { } names)
        {
            // Every row has a position, but if there are very many, only some have room for their names.
            var step = Math.Max(1, (int)Math.Ceiling((double)names.Count / MaxNamedRows));
            var named = Enumerable.Range(1, names.Count).Where(row => (row - 1) % step == 0).ToArray();
            double[] range = [0.5, names.Count + 0.5];
            return result
                .With("tickvals", named)
                .With("ticktext", named.Select(row => names[row - 1]).ToArray())
                .With("showgrid", false)
                .With("ticks", "")
                .With("range", axis.Reversed ? range.Reverse().ToArray() : range);
        }

        if (axis.Logarithmic)
        {
            double[] positive = [.. values.Where(value => value > 0)];
            var ticks = LogarithmicTicks(positive, maxTicks);
            const double margin = MarkSizes.LogarithmicMargin;
            return result
                .With("type", "log")
                .With("tickvals", ticks)
                .With("ticktext", ticks.Select(tick => tick.ToString("#,0.####", CultureInfo.InvariantCulture)).ToArray())
                .With("range", new[] { Math.Log10(positive.Min()) - margin, Math.Log10(positive.Max()) + margin });
        }

        var (low, high) = (axis.Min, axis.Max);
        if (axis.Whole && high - low <= MaxSingleTicks)
        {
            result.With("tick0", 1).With("dtick", 1);
        }

        return low is null && high is null
            ? result.With("rangemode", "tozero")
            : result.With("range", new object?[] { low, high });
    }

    /// <summary>
    /// Round values between the minimum and the maximum: 1, 10, 100 over many decades or where there is little room, and 1, 2, 5,
    /// 10 over few decades.
    /// </summary>
    internal static double[] LogarithmicTicks(double[] positive, int maxTicks)
    {
        var (low, high) = (Math.Floor(Math.Log10(positive.Min())), Math.Ceiling(Math.Log10(positive.Max())));
        var ticks = At(high - low > 4 ? [1] : high - low > 2 ? [1, 3] : [1, 2, 5]);
        return ticks.Length > maxTicks && At([1]) is { Length: > 1 } decades ? decades : ticks;

        double[] At(double[] steps) =>
        [
            .. from decade in Enumerable.Range((int)low, (int)(high - low) + 1)
               from step in steps
               let tick = Math.Round(step * Math.Pow(10, decade), 6)
               where tick >= positive.Min() * 0.76 && tick <= positive.Max() * 1.32
               select tick,
        ];
    }
}
